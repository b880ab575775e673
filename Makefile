# jauge: capacity planning by simulation. `make help` lists the targets.
#
# Variables: MODE (release, debug, asan, tsan), CC (gcc, clang), CFLAGS and LDFLAGS (added to ours),
# WERROR=1 (warnings are errors), PREFIX and DESTDIR (install), BUILD (folder of the objects), V=1
# (show the commands).

MODE ?= release
ifeq ($(origin CC),default)
CC := gcc
endif
PREFIX ?= /usr/local
BUILD ?= build/$(MODE)
VERSION := 0.3.0

# All cores, unless -j is given. A make started by another make shares its job slots.
ifeq ($(MAKELEVEL),0)
ifeq ($(filter -j% --jobs%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif
endif
MAKEFLAGS += --no-print-directory
export CC

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wformat=2 $(if $(filter 1,$(WERROR)),-Werror)
# -ffp-contract=off: no fused multiply-add, so that every machine rounds alike. -fno-math-errno: we
# never ask errno of a mathematical function, and llrint is then one instruction, not a call.
BASE := -std=gnu17 -I. -ffp-contract=off -fno-math-errno -pthread -DJAUGE_VERSION='"$(VERSION)"' $(WARNINGS)
FLAGS_release := -O2 -g
FLAGS_debug := -O0 -g3
FLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_tsan := -O1 -g -fsanitize=thread
ifeq ($(FLAGS_$(MODE)),)
$(error MODE=$(MODE) is none of release, debug, asan, tsan)
endif
ALL_CFLAGS = $(BASE) $(FLAGS_$(MODE)) $(CFLAGS)
LIBS := -lgsl -lgslcblas -lcjson -lsqlite3 -lm

# Flags of single files, by their path without the suffix.
CFLAGS_sim/dist := -fno-tree-slp-vectorize
CFLAGS_inputs/scenario_file := -DJAUGE_PREFIX='"$(PREFIX)"'

# --- what there is --------------------------------------------------------------------------

FOLDERS := sim models studies inputs outputs
objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)))
programs = $(patsubst %.c,$(BUILD)/%,$(wildcard $(1)))

LIB_OBJ := $(call objects,$(FOLDERS:%=%/*.c))
CLI_OBJ := $(call objects,cli/*.c)
UNIT_TESTS := $(call programs,tests/test_*.c)
STAT_TESTS := $(call programs,tests/stat_*.c)
LONG_TESTS := $(call programs,tests/long_*.c)
TEST_PROGRAMS := $(UNIT_TESTS) $(STAT_TESTS) $(LONG_TESTS)
BENCHES := $(call programs,bench/bench_*.c)
# Other files of tests/ and bench/ are shared by the programs there.
TEST_OBJ := $(filter-out $(addsuffix .o,$(TEST_PROGRAMS)),$(call objects,tests/*.c))
BENCH_OBJ := $(filter-out $(addsuffix .o,$(BENCHES)),$(call objects,bench/*.c))
SHELL_TESTS := tests/check_layers.sh $(sort $(wildcard tests/test_*.sh)) tests/check_help.sh
OBJ := $(LIB_OBJ) $(CLI_OBJ) $(TEST_OBJ) $(BENCH_OBJ) \
       $(addsuffix .o,$(TEST_PROGRAMS) $(BENCHES))
SOURCES = $(wildcard $(addsuffix /*.[ch],$(FOLDERS) cli tests bench))
SHIPPED := catalog scenarios schema

# say WHAT: the line that stands for a command, unless V=1 shows the command itself.
say = $(if $(filter 1,$(V)),,@echo '  $(1)  $@';)

# --- building -------------------------------------------------------------------------------

all: $(BUILD)/jauge ## build ./jauge (the default)
	@cmp -s $< jauge || cp -f $< jauge

compile: $(BUILD)/jauge $(TEST_PROGRAMS) $(BENCHES) ## build everything, leave ./jauge

$(BUILD)/%.o: %.c $(BUILD)/flags | build/setup-build
	@mkdir -p $(@D)
	$(call say,cc  )$(CC) $(ALL_CFLAGS) $(CFLAGS_$*) -MMD -MP -c $< -o $@

$(BUILD)/libjauge.a: $(LIB_OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/jauge: $(CLI_OBJ) $(BUILD)/libjauge.a
	$(call say,link)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ -o $@ $(LIBS)

$(BUILD)/tests/support.a: $(TEST_OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(TEST_PROGRAMS): %: %.o $(BUILD)/tests/support.a $(BUILD)/libjauge.a
	$(call say,link)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ -o $@ -lcmocka $(LIBS)

$(BENCHES): %: %.o $(BENCH_OBJ) $(BUILD)/libjauge.a
	$(call say,link)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ -o $@ $(LIBS)

# The test objects need cmocka.h.
$(TEST_OBJ) $(addsuffix .o,$(TEST_PROGRAMS)): | build/setup-test

# Other flags than last time: everything is built anew. A new PREFIX: the one file that knows it.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(subst ','\'',$(ALL_CFLAGS))' | cmp -s - $@ || \
	echo '$(CC) $(subst ','\'',$(ALL_CFLAGS))' >$@
$(BUILD)/prefix: FORCE
	@mkdir -p $(@D)
	@echo '$(PREFIX)' | cmp -s - $@ || echo '$(PREFIX)' >$@
$(BUILD)/inputs/scenario_file.o: $(BUILD)/prefix

# Packages that a step needs. The first step sees to those of the later ones too, so that all that
# is missing is told, or installed, at once; one after the other, as apt-get has one lock.
STEPS := build $(if $(filter demo,$(MAKECMDGOALS)),run) \
         $(if $(filter test check-stat check-san check-long,$(MAKECMDGOALS)),run test) \
         $(if $(filter lint format,$(MAKECMDGOALS)),lint)
build/setup-build: tools/setup.sh
	@tools/setup.sh $(STEPS) && mkdir -p build && touch $@
build/setup-run: tools/setup.sh | build/setup-build
	@tools/setup.sh run && touch $@
build/setup-test: tools/setup.sh | build/setup-run
	@tools/setup.sh test && touch $@
build/setup-lint: tools/setup.sh | build/setup-build
	@tools/setup.sh lint && touch $@

-include $(OBJ:.o=.d)

# --- running --------------------------------------------------------------------------------

DEMO := inputs/scenarios/phase1-load-test.json inputs/scenarios/phase1-launch-day.json

demo: all build/setup-run ## set up, build, run the brief's load test and launch day (out/demo)
	./jauge run $(DEMO) --out out/demo

test: all $(UNIT_TESTS) build/setup-test ## layering, unit and command-line tests (a minute or two)
	@JAUGE=./jauge tests/run_tests.sh $(BUILD)/log $(UNIT_TESTS) $(SHELL_TESTS)

check-stat: $(STAT_TESTS) ## statistical oracles, fixed seeds (minutes)
	@tests/run_tests.sh $(BUILD)/log-stat $(STAT_TESTS)

check-long: $(LONG_TESTS) ## random scenarios from a fresh seed, told in the output (FIRST=N: that one)
	@first=$${FIRST:-$$(date +%s)}; JAUGE_TEST_TIMEOUT=7200 tests/run_tests.sh $(BUILD)/log-long \
	    $(LONG_TESTS:%="% $$first")

# ASan and UBSan over the unit tests and short runs; TSan over the replication runner.
check-san: build/setup-test ## unit tests and short runs under the sanitizers
	@$(MAKE) MODE=asan BUILD=build/asan build/asan/jauge unit-tests
	@$(MAKE) MODE=tsan BUILD=build/tsan build/tsan/jauge build/tsan/tests/test_parallel \
	    build/tsan/tests/test_precision
	@tests/run_tests.sh build/asan/log $(UNIT_TESTS:$(BUILD)/%=build/asan/%) \
	    'JAUGE=build/asan/jauge tests/short_runs.sh' \
	    'build/tsan/tests/test_parallel' 'build/tsan/tests/test_precision' \
	    'JAUGE=build/tsan/jauge tests/short_runs.sh'
unit-tests: $(UNIT_TESTS)

bench: all $(BENCHES) ## speed beside hand-written loops of the same model
	@for program in $(sort $(BENCHES)); do $$program || exit 1; done

format: build/setup-lint ## lay out the source as .clang-format says
	@clang-format -i $(SOURCES)

LINTED = $(wildcard $(addsuffix /*.c,$(FOLDERS) cli bench))
# Any string literal will do for the two that the build gives.
TIDY_FLAGS := -std=gnu17 -I. -DJAUGE_VERSION=__FILE__ -DJAUGE_PREFIX=__FILE__
lint: build/setup-lint ## layout, layering and static analysis
	@clang-format --dry-run -Werror $(SOURCES)
	@tests/check_layers.sh
	@printf '%s\n' $(LINTED) | xargs -P "$$(nproc)" -n 4 sh -c \
	    'clang-tidy --quiet "$$@" -- $(TIDY_FLAGS) 2>/dev/null' clang-tidy

# --- installing -----------------------------------------------------------------------------

SHARE := $(DESTDIR)$(PREFIX)/share
DOCS := $(wildcard README.md LICENSE docs/*.md)

install: $(BUILD)/jauge ## install into PREFIX (default /usr/local), below DESTDIR
	install -D -m 755 $(BUILD)/jauge $(DESTDIR)$(PREFIX)/bin/jauge
	cd inputs && find $(SHIPPED) locust.json -type f \
	    -exec install -D -m 644 {} $(abspath $(SHARE))/jauge/{} ';'
	install -D -m 644 docs/jauge.1 $(SHARE)/man/man1/jauge.1
	install -d $(SHARE)/doc/jauge
	install -m 644 $(DOCS) $(SHARE)/doc/jauge/

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/jauge $(SHARE)/man/man1/jauge.1
	rm -rf $(SHARE)/jauge $(SHARE)/doc/jauge

clean: ## remove what was built (results/ and out/ stay)
	rm -rf build jauge

help: ## this list
	@echo 'make [TARGET...] [MODE=release|debug|asan|tsan] [CC=gcc|clang] [WERROR=1] [PREFIX=/usr/local]'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 14

FORCE:
.PHONY: all compile demo test check-stat check-long check-san unit-tests bench format lint install uninstall \
        clean help FORCE
.DELETE_ON_ERROR:
