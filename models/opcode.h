/* The instruction set of routes, listed once: this table feeds the enum, the names and the
 * disassembler of `jauge explain`.
 *
 * OP(name, a, b, what it does); a and b name the operands: "" none, "pc" an address, else an index
 * into the program's table of that name.
 */
#ifndef MODELS_OPCODE_H
#define MODELS_OPCODE_H

#define MDL_OPCODES(OP)                                                                            \
    OP(SERVE, "station", "demand", "visit a station and wait for the end of service")              \
    OP(DELAY, "", "dist", "stay for a time, alone")                                                \
    OP(ACQUIRE, "pool", "", "take a place, waiting for it if there is room to wait")               \
    OP(RELEASE, "pool", "", "give the place taken last back")                                      \
    OP(BRANCH, "branch", "", "go on at one of several addresses, by probability")                  \
    OP(TURN, "branch", "", "go on at one of several addresses, in turn")                           \
    OP(CACHE, "cache", "pc", "look a key up; on a miss go on at b")                                \
    OP(JUMP, "pc", "", "go on at a")                                                               \
    OP(CALL, "pc", "", "remember the next address and go on at a")                                 \
    OP(GOTO, "pc", "", "go on at the start of a route, without return")                            \
    OP(LOOP, "times", "", "begin a loop of a rounds")                                              \
    OP(AGAIN, "pc", "", "end a round: go back to a while rounds are left")                         \
    OP(CHANCE, "pc", "chance", "go back to a with probability b")                                  \
    OP(MARK, "mark", "", "the request is also reported under this mark")                           \
    OP(FAIL, "", "", "the request fails, releasing all that it holds")                             \
    OP(CLASS, "class", "", "be of another class from here on")                                     \
    OP(LIMIT, "limiter", "tokens", "take tokens of a rate limiter, or wait, or be rejected")       \
    OP(FILL, "cache", "", "the missed key enters the cache")                                       \
    OP(FORK, "fork", "", "start branches and wait until enough of them ended")                     \
    OP(JOIN, "", "", "a branch ends")                                                              \
    OP(ASYNC, "pc", "", "start the next block on its own and go on at a")                          \
    OP(VANISH, "", "", "what was started on its own ends")                                         \
    OP(TIMEOUT, "timeout", "", "begin a block that must end in time")                              \
    OP(INTIME, "", "", "end a timed block")                                                        \
    OP(RETRY, "retry", "", "begin a block that is tried again when it fails")                      \
    OP(TRIED, "", "", "end a block that was tried")                                                \
    OP(GUARD, "breaker", "", "begin a block behind a circuit breaker, or fail")                    \
    OP(GUARDED, "", "", "end a block behind a circuit breaker")                                    \
    OP(ENTER, "block", "", "begin a named block")                                                  \
    OP(LEAVE, "block", "", "end a named block")                                                    \
    OP(RETURN, "", "", "go back to where the route was called; with no caller the request is done")

enum mdl_opcode {
#define MDL_OPCODE_ENUM(name, a, b, text) MDL_OP_##name,
    MDL_OPCODES(MDL_OPCODE_ENUM)
#undef MDL_OPCODE_ENUM
        MDL_OP_COUNT
};

#endif
