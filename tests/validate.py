"""Validates JSON documents against a JSON Schema: validate.py SCHEMA DOCUMENT...

Prints each error with its path. Exit code: 0 all are valid, 1 one is not.
"""
import json
import sys

try:
    import jsonschema
except ImportError:  # another python3 comes first in PATH than the one with Debian's modules
    import os

    if sys.executable != "/usr/bin/python3" and os.access("/usr/bin/python3", os.X_OK):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    raise

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
validator = jsonschema.validators.validator_for(schema)
validator.check_schema(schema)
bad = False
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    for error in validator(schema).iter_errors(document):
        where = "/".join(str(part) for part in error.absolute_path)
        print(f"{path}: /{where}: {error.message[:300]}")
        bad = True
sys.exit(1 if bad else 0)
