/* Stations, by hand, beyond the first disciplines: who is served, interrupted, pushed out and lost,
 * and what an instance, a schedule or patience does to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "tests/trace.h"

/* --- order of service --------------------------------------------------------------------------
 */

/* One server. The second and third wait; last come, first served, without interrupting.
 *
 *   customer  arrives  demand  lcfs: starts  leaves   lcfs_pr: served          leaves
 *      0         0        3          0          3      0-1, 4-6                   6
 *      1         1        2          4          6      1-2, 3-4                   4
 *      2         2        1          3          4      2-3                        3  */
#define LAST(discipline)                                                                           \
    "{'network': {'sources': [{'name': 's', 'times': ['0s','1s','2s'], 'route': 'r'}],"            \
    " 'stations': [{'name': 'x', 'discipline': '" discipline "'}],"                                \
    " 'routes': {'r': [{'serve': 'x', 'demand': 'sequence(3s, 2s, 1s)'}]}},"                       \
    " 'horizon': '10s', 'sample_customers': 3, 'log': {'of': 'x', 'first': 100}}"

static void last_come_first_served(void **state) {
    (void)state;
    TRACE(LAST("lcfs"), {"customer", "1", "response", 3}, {"customer", "2", "response", 5},
          {"customer", "3", "response", 2}, {"customer", "2", "waiting", 3},
          {"customer", "3", "waiting", 1}, {"station", "x", "waited", 2.0 / 3},
          {"station", "x", "waiting.mean", 4.0 / 3}, {"station", "x", "utilization", 0.6});
    TRACE(LAST("lcfs_pr"), {"customer", "1", "response", 6}, {"customer", "2", "response", 3},
          {"customer", "3", "response", 1}, {"customer", "1", "waiting", 3},
          {"customer", "2", "waiting", 1}, {"customer", "3", "waiting", 0},
          {"station", "x", "waiting.mean", 4.0 / 3}, {"station", "x", "utilization", 0.6});
    trace_log(LAST("lcfs_pr"),
              "0 s1 arrive\n0 s1 start\n1 s2 arrive\n1 s1 interrupt\n1 s2 start\n"
              "2 s3 arrive\n2 s2 interrupt\n2 s3 start\n3 s3 end\n3 s2 resume\n4 s2 end\n"
              "4 s1 resume\n6 s1 end\n");
}

/* Two servers, last come first served, interrupting the earliest. At 2 the third interrupts the
 * first, at 3 the fourth the second. At 4 the third leaves and the second goes on; at 4.5 the
 * fourth leaves and the first goes on.
 *
 *   customer  arrives  demand  served           leaves
 *      0         0        4    0-2, 4.5-6.5      6.5
 *      1         1        4    1-3, 4-6          6
 *      2         2        2    2-4               4
 *      3         3      1.5    3-4.5             4.5  */
static void last_come_two_servers(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s','2s','3s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'lcfs_pr', 'servers': 2}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': 'sequence(4s, 4s, 2s, 1500ms)'}]}},"
          " 'horizon': '10s', 'sample_customers': 4}",
          {"customer", "1", "response", 6.5}, {"customer", "2", "response", 5},
          {"customer", "3", "response", 2}, {"customer", "4", "response", 1.5},
          {"customer", "1", "waiting", 2.5}, {"customer", "2", "waiting", 1},
          {"station", "x", "busy.mean", (4 + 4 + 2 + 1.5) / 10});
}

/* Whom a random choice takes is not said, but that it takes one of those who wait, and that work is
 * not lost: equal demands leave at 1, 2, 3, 4 in any order. */
static void random_order(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s','0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'random', 'demand': '1s'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '10s', 'within': ['1s', '2s', '3s']}",
          {"station", "x", "response.mean", 2.5}, {"station", "x", "response.min", 1},
          {"station", "x", "response.max", 4}, {"station", "x", "response.within.1s", 0.25},
          {"station", "x", "response.within.2s", 0.5},
          {"station", "x", "response.within.3s", 0.75});
}

/* --- sharing with slots ------------------------------------------------------------------------
 */

/* One processor, two at a time; the rest in order.
 *
 *   [0,1)    a (2 s) alone                 left: a 1
 *   [1,3)    a, b (3 s) at 1/2             a leaves at 3; b left 2; c (1 s) has waited since 2
 *   [3,5)    b, c at 1/2                   c leaves at 5; b left 1
 *   [5,6)    b alone                       leaves at 6
 *
 * Waiting: c, 1 s. Number: 1, 2, 3 in [2,3), 2, 1: area 1 + 2 + 3 + 4 + 1 = 11. */
static void slots(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s','2s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'ps', 'slots': 2}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': 'sequence(2s, 3s, 1s)'}]}},"
          " 'horizon': '10s', 'sample_customers': 3, 'sample_at': ['2500ms']}",
          {"customer", "1", "response", 3}, {"customer", "2", "response", 5},
          {"customer", "3", "response", 3}, {"customer", "3", "waiting", 1},
          {"customer", "2", "waiting", 0}, {"station", "x", "waited", 1.0 / 3},
          {"station", "x", "waiting.max", 1}, {"station", "x", "number.mean", 1.1},
          {"station", "x", "utilization", 0.6}, {"station", "x", "waiting_number.mean", 0.1},
          {"sample", "2.5s/station/x", "waiting.mean", 1},
          {"sample", "2.5s/station/x", "present.mean", 3},
          {"sample", "2.5s/station/x", "busy.mean", 1});
}

/* Four processors but two slots: each in a slot has one processor to itself. Three of 2 s at 0: two
 * leave at 2, the third is served from 2 to 4. */
static void fewer_slots_than_processors(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'ps', 'servers': 4, 'slots': 2}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': '2s'}]}}, 'horizon': '10s',"
          " 'sample_customers': 3}",
          {"customer", "1", "response", 2}, {"customer", "2", "response", 2},
          {"customer", "3", "response", 4}, {"customer", "3", "waiting", 2},
          {"station", "x", "busy.mean", 0.6}, {"station", "x", "utilization", 0.15},
          {"station", "x", "waiting_number.mean", 0.2});
}

/* --- round robin -------------------------------------------------------------------------------
 */

/* Slices of 2 s, and 0.5 s to switch after each, the last included and when alone.
 *
 *   a (3 s) at 0, b (2 s) at 1, c (1 s) at 2.5
 *   [0,2.5)    a's slice and switch     a left 1; b waits; c comes at the slice's end, after a is
 *                                       back in line: b, a, c
 *   [2.5,5)    b                        b is done, leaves at 5
 *   [5,6.5)    a, 1 s                   leaves at 6.5
 *   [6.5,8)    c                        leaves at 8
 *   d (5 s) at 10: 10-12.5, 12.5-15, 15-16.5: leaves at 16.5 */
static void slices(void **state) {
    (void)state;
#define SLICES                                                                                     \
    "{'network': {'sources': [{'name': 's', 'times': ['0s','1s','2500ms','10s'], 'route': 'r'}],"  \
    " 'stations': [{'name': 'x', 'discipline': 'rr', 'quantum': '2s', 'switch': '500ms'}],"        \
    " 'routes': {'r': [{'serve': 'x', 'demand': 'sequence(3s, 2s, 1s, 5s)'}]}},"                   \
    " 'horizon': '20s', 'sample_customers': 4, 'log': {'of': 'x', 'first': 100}}"
    TRACE(SLICES, {"customer", "1", "response", 6.5}, {"customer", "2", "response", 4},
          {"customer", "3", "response", 5.5}, {"customer", "4", "response", 6.5},
          {"customer", "1", "waiting", 2.5}, {"customer", "2", "waiting", 1.5},
          {"customer", "3", "waiting", 4}, {"customer", "4", "waiting", 0},
          {"station", "x", "waiting.mean", 2}, {"station", "x", "waited", 0.5},
          {"station", "x", "utilization", (8 + 6.5) / 20},
          {"station", "x", "response.mean", 22.5 / 4});
    trace_log(SLICES,
              "0 s1 arrive\n0 s1 start\n1 s2 arrive\n2.5 s1 interrupt\n2.5 s2 start\n2.5 s3 "
              "arrive\n5 s2 end\n5 s1 resume\n6.5 s1 end\n6.5 s3 start\n8 s3 end\n"
              "10 s4 arrive\n10 s4 start\n12.5 s4 interrupt\n12.5 s4 resume\n15 s4 interrupt\n"
              "15 s4 resume\n16.5 s4 end\n");
}

/* A demand of exactly one quantum takes one slice; speed 2 halves the slices, not the switch. */
static void a_whole_slice(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'rr', 'quantum': '2s', 'switch': '1s',"
          "  'speed': 2}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': '4s'}]}}, 'horizon': '10s'}",
          {"network", "", "response.mean", 4}, {"station", "x", "utilization", 0.4});
}

/* --- urgency that interrupts -------------------------------------------------------------------
 */

/* p1 (9 s) from 0 and p2 (6 s) from 1; u1 (7 s) at 4 interrupts p1 (5 s left); at 5 the station is
 * full, u2 pushes p2 out. u1 4-11, u2 11-18, then p1 goes on to 23. */
#define URGENT(preempted)                                                                          \
    "{'name': 'the urgent push out the patient',"                                                  \
    "  'network': {"                                                                               \
    "    'classes':  { 'urgent': {'priority': 1}, 'patient': {'priority': 2} },"                   \
    "    'sources':  [ {'name': 'p', 'class': 'patient', 'times': ['0s', '1s'], 'route': 'work'}," \
    "                  {'name': 'u', 'class': 'urgent',  'times': ['4s', '5s'], 'route': "         \
    "'work'} ],"                                                                                   \
    "    'stations': [ {'name': 'desk', 'servers': 1, 'discipline': 'priority_preemptive', "       \
    "                   'preempted': '" preempted "', 'victim': 'newest',"                         \
    "                   'capacity': 3, 'when_full': 'push_out', 'demand': {'urgent': '7s', "       \
    "'patient': 'sequence(9s, 6s)'}} ],"                                                           \
    "    'routes':   { 'work': [ {'serve': 'desk'} ] } },"                                         \
    "  'horizon': '60s', 'log': {'of': 'desk', 'first': 1000} }"

static void the_urgent_push_out_the_patient(void **state) {
    (void)state;
    trace_log(URGENT("resume"), "0 p1 arrive\n0 p1 start\n1 p2 arrive\n4 u1 arrive\n"
                                "4 p1 interrupt\n4 u1 start\n5 u2 arrive\n5 p2 reject\n"
                                "11 u1 end\n11 u2 start\n18 u2 end\n18 p1 resume\n23 p1 end\n");
    TRACE(URGENT("resume"), {"source", "p", "response.mean", 23},
          {"source", "p", "count.rejected", 1}, {"source", "p", "waiting.mean", 14},
          {"source", "u", "response.mean", 10}, {"station_class", "desk/patient", "waited", 0.5},
          {"station", "desk", "utilization", 23.0 / 60});
    trace_log(URGENT("restart"), "0 p1 arrive\n0 p1 start\n1 p2 arrive\n4 u1 arrive\n"
                                 "4 p1 interrupt\n4 u1 start\n5 u2 arrive\n5 p2 reject\n"
                                 "11 u1 end\n11 u2 start\n18 u2 end\n18 p1 resume\n27 p1 end\n");
    TRACE(URGENT("restart"), {"source", "p", "response.mean", 27},
          {"source", "p", "waiting.mean", 14}, {"station", "desk", "utilization", 27.0 / 60});
}

/* Two servers, the patient a at 0 and b at 1 (10 s each). u (2 s) at 3 interrupts b, the newest
 * start, or a, the oldest. The interrupted one resumes at 5. v, as urgent as u, comes at 4 (1 s):
 * it interrupts the other one; 4-5. At 5 both resume, a before b.
 *
 *   newest: b 1-3, 5-13; a 0-4, 5-11.      oldest: a 0-3, 5-12; b 1-4, 5-12. */
#define VICTIM(victim)                                                                             \
    "{'network': {'classes': {'u': {'priority': 1}, 'p': {'priority': 2}},"                        \
    " 'sources': [{'name': 'p', 'class': 'p', 'times': ['0s','1s'], 'route': 'r'},"                \
    "             {'name': 'u', 'class': 'u', 'times': ['3s','4s'], 'route': 'r'}],"               \
    " 'stations': [{'name': 'x', 'discipline': 'priority_preemptive', 'servers': 2,"               \
    "   'victim': '" victim "', 'demand': {'u': 'sequence(2s, 1s)', 'p': '10s'}}],"                \
    " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '20s', 'log': {'of': 'x', 'first': 100}}"

static void whom_to_interrupt(void **state) {
    (void)state;
    trace_log(VICTIM("newest"), "0 p1 arrive\n0 p1 start\n1 p2 arrive\n1 p2 start\n3 u1 arrive\n"
                                "3 p2 interrupt\n3 u1 start\n4 u2 arrive\n4 p1 interrupt\n"
                                "4 u2 start\n5 u1 end\n5 p1 resume\n5 u2 end\n5 p2 resume\n"
                                "11 p1 end\n13 p2 end\n");
    trace_log(VICTIM("oldest"), "0 p1 arrive\n0 p1 start\n1 p2 arrive\n1 p2 start\n3 u1 arrive\n"
                                "3 p1 interrupt\n3 u1 start\n4 u2 arrive\n4 p2 interrupt\n"
                                "4 u2 start\n5 u1 end\n5 p1 resume\n5 u2 end\n5 p2 resume\n"
                                "12 p1 end\n12 p2 end\n");
}

/* Equals do not interrupt each other; of several less urgent classes the lowest is interrupted,
 * wherever it is. Three servers: m at 0, l at 1, k (as urgent as m) at 2; u at 3 interrupts l
 * though k started last; w, a second l, waits behind the interrupted one. Demand 10 s each. */
static void only_strictly_more_urgent(void **state) {
    (void)state;
    trace_log("{'network': {'classes': {'u': {'priority': 1}, 'm': {'priority': 5},"
              "   'k': {'priority': 5}, 'l': {'priority': 9}},"
              " 'sources': [{'name': 'm', 'class': 'm', 'times': ['0s'], 'route': 'r'},"
              "             {'name': 'l', 'class': 'l', 'times': ['1s','4s'], 'route': 'r'},"
              "             {'name': 'k', 'class': 'k', 'times': ['2s','5s'], 'route': 'r'},"
              "             {'name': 'u', 'class': 'u', 'times': ['3s'], 'route': 'r'}],"
              " 'stations': [{'name': 'x', 'discipline': 'priority_preemptive', 'servers': 3,"
              "   'demand': '10s'}],"
              " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '50s',"
              " 'log': {'of': 'x', 'first': 100}}",
              "0 m1 arrive\n0 m1 start\n1 l1 arrive\n1 l1 start\n2 k1 arrive\n2 k1 start\n"
              "3 u1 arrive\n3 l1 interrupt\n3 u1 start\n4 l2 arrive\n5 k2 arrive\n"
              "10 m1 end\n10 k2 start\n12 k1 end\n12 l1 resume\n13 u1 end\n13 l2 start\n"
              "20 k2 end\n20 l1 end\n23 l2 end\n");
}

/* Three of one class come to two servers at 1, the one that was in the network first comes last (a
 * delay of 0 s more): p1 and p2 are served, it waits. Two urgent ones at 2 (2 s each) interrupt p1
 * and p2; both are back in line before it, in the order of their arrival, whichever left first. */
#define TIED(victim)                                                                               \
    "{'network': {'classes': {'u': {'priority': 1}, 'p': {'priority': 2}},"                        \
    " 'sources': [{'name': 'late', 'class': 'p', 'times': ['0s'], 'route': 'late'},"               \
    "             {'name': 'p', 'class': 'p', 'times': ['0s','0s'], 'route': 'r'},"                \
    "             {'name': 'u', 'class': 'u', 'times': ['2s','2s'], 'route': 'u'}],"               \
    " 'stations': [{'name': 'x', 'discipline': 'priority_preemptive', 'servers': 2,"               \
    "   'victim': '" victim "', 'demand': {'u': '2s', 'p': '4s'}}],"                               \
    " 'routes': {'u': [{'serve': 'x'}], 'r': [{'delay': '1s'}, {'serve': 'x'}],"                   \
    "   'late': [{'delay': '1s'}, {'delay': '0s'}, {'serve': 'x'}]}}, 'horizon': '50s',"           \
    " 'log': {'of': 'x', 'first': 100}}"

static void back_in_line_at_one_instant(void **state) {
    (void)state;
    trace_log(TIED("newest"), "1 p1 arrive\n1 p1 start\n1 p2 arrive\n1 p2 start\n1 late1 arrive\n"
                              "2 u1 arrive\n2 p2 interrupt\n2 u1 start\n2 u2 arrive\n"
                              "2 p1 interrupt\n2 u2 start\n4 u1 end\n4 p1 resume\n4 u2 end\n"
                              "4 p2 resume\n7 p1 end\n7 late1 start\n7 p2 end\n11 late1 end\n");
    trace_log(TIED("oldest"), "1 p1 arrive\n1 p1 start\n1 p2 arrive\n1 p2 start\n1 late1 arrive\n"
                              "2 u1 arrive\n2 p1 interrupt\n2 u1 start\n2 u2 arrive\n"
                              "2 p2 interrupt\n2 u2 start\n4 u1 end\n4 p1 resume\n4 u2 end\n"
                              "4 p2 resume\n7 p1 end\n7 late1 start\n7 p2 end\n11 late1 end\n");
}

/* --- full --------------------------------------------------------------------------------------
 */

/* The capacity counts the interrupted: with room for two, a patient one interrupted and an urgent
 * one in service turn away a third. */
static void the_interrupted_count(void **state) {
    (void)state;
    TRACE("{'network': {'classes': {'u': {'priority': 1}, 'p': {'priority': 2}},"
          " 'sources': [{'name': 'p', 'class': 'p', 'times': ['0s'], 'route': 'r'},"
          "             {'name': 'u', 'class': 'u', 'times': ['1s','2s','4s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'priority_preemptive', 'capacity': 2,"
          "   'demand': {'u': '2s', 'p': '10s'}}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '50s'}",
          {"source", "u", "count.ok", 2}, {"source", "u", "count.rejected", 1},
          {"source", "p", "response.mean", 14}, {"station", "x", "number.max", 2});
}

/* Push out: the lowest class, of it the latest arrival; never for one of the same class; those in
 * service stay where nothing interrupts. Room for 4, one server, 10 s each: m0 is served, l1, l2,
 * m3 wait; m4 pushes l2 out, m5 l1; m6 finds nobody below it; l7 neither. */
static void whom_to_push_out(void **state) {
    (void)state;
    trace_log("{'network': {'classes': {'m': {'priority': 2}, 'l': {'priority': 3}},"
              " 'sources': [{'name': 'm', 'class': 'm', 'times': ['0s','3s','4s','5s','6s'],"
              "              'route': 'r'},"
              "             {'name': 'l', 'class': 'l', 'times': ['1s','2s','7s'], 'route': 'r'}],"
              " 'stations': [{'name': 'x', 'capacity': 4, 'when_full': 'push_out',"
              "   'demand': '10s'}],"
              " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '25s',"
              " 'log': {'of': 'x', 'first': 100}}",
              "0 m1 arrive\n0 m1 start\n1 l1 arrive\n2 l2 arrive\n3 m2 arrive\n4 m3 arrive\n"
              "4 l2 reject\n5 m4 arrive\n5 l1 reject\n6 m5 arrive\n6 m5 reject\n7 l3 arrive\n"
              "7 l3 reject\n10 m1 end\n10 m2 start\n20 m2 end\n20 m3 start\n");
}

/* Two servers and room for three; the patient a and b are served, u1 interrupts a (the oldest); u2
 * finds the station full and pushes out b, the latest patient one, from service. It takes b's
 * server; a does not move. Demands 10 s. */
static void pushed_out_of_service(void **state) {
    (void)state;
    trace_log("{'network': {'classes': {'u': {'priority': 1}, 'p': {'priority': 2}},"
              " 'sources': [{'name': 'p', 'class': 'p', 'times': ['0s','1s'], 'route': 'r'},"
              "             {'name': 'u', 'class': 'u', 'times': ['3s','4s'], 'route': 'r'}],"
              " 'stations': [{'name': 'x', 'discipline': 'priority_preemptive', 'servers': 2,"
              "   'victim': 'oldest', 'capacity': 3, 'when_full': 'push_out', 'demand': '10s'}],"
              " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '50s',"
              " 'log': {'of': 'x', 'first': 100}}",
              "0 p1 arrive\n0 p1 start\n1 p2 arrive\n1 p2 start\n3 u1 arrive\n3 p1 interrupt\n"
              "3 u1 start\n4 u2 arrive\n4 p2 reject\n4 u2 start\n13 u1 end\n13 p1 resume\n"
              "14 u2 end\n20 p1 end\n");
}

/* --- patience ----------------------------------------------------------------------------------
 */

/* Patience 2 s, one server. a 0-4; b (at 1) leaves at 3; c (at 2): its patience ends at 4, as a
 * leaves: it is served 4-8; d (at 5, patience 2) leaves at 7. Those who leave count as having had
 * to wait. */
static void patience(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s','2s','5s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'patience': '2s', 'demand': '4s'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '10s', 'sample_customers': 4}",
          {"station", "x", "count.abandoned", 2}, {"station", "x", "count.ok", 2},
          {"network", "", "count.abandoned", 2}, {"customer", "1", "response", 4},
          {"customer", "2", "response", NAN}, {"customer", "3", "response", 6},
          {"customer", "4", "response", NAN}, {"station", "x", "waited", 0.75},
          {"station", "x", "response_all.mean", (4 + 2 + 6 + 2) / 4.0},
          {"station", "x", "number.mean", 1.4});
}

/* Patience ends at the first start of service: the patient p (3 s) is interrupted at 1 for 10 s and
 * does not leave. Drawn once per arrival, wait or not: with the sequence 9 s, 1 s the second
 * customer, who waits, has 1 s whatever the first did. */
static void patience_ends_with_the_first_start(void **state) {
    (void)state;
    TRACE("{'network': {'classes': {'u': {'priority': 1}, 'p': {'priority': 2}},"
          " 'sources': [{'name': 'p', 'class': 'p', 'times': ['0s'], 'route': 'r'},"
          "             {'name': 'u', 'class': 'u', 'times': ['1s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'priority_preemptive', 'patience': '2s',"
          "   'demand': {'u': '10s', 'p': '3s'}}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '50s'}",
          {"source", "p", "response.mean", 13}, {"network", "", "count.abandoned", 0});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'patience': 'sequence(9s, 1s)', 'demand': '4s'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '10s'}",
          {"network", "", "count.abandoned", 1}, {"station", "x", "number.mean", 0.5});
}

/* Interrupted before, pushed out now: waiting patience of the others goes on. One who leaves the
 * middle of the line does not hold the others up: b (at 1) waits until a's end at 5, c (at 2) 1 s
 * only, d (at 3) waits behind b. */
static void the_middle_of_the_line(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s','2s','3s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'patience': 'sequence(1s, 9s, 1s, 9s)', 'demand': '5s'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '20s', 'sample_customers': 4}",
          {"customer", "1", "response", 5}, {"customer", "2", "response", 9},
          {"customer", "3", "response", NAN}, {"customer", "4", "response", 12});
}

/* --- schedules ---------------------------------------------------------------------------------
 */

/* Off duty from 2 to 5, at double speed from 5 on. a (3 s) at 0: 2 s done by 2, 1 s at speed 2:
 * leaves at 5.5. b (1 s) at 3 takes 5.5-6. In service all along: a from 0, b from 5.5. */
static void off_duty(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','3s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'schedule': [['0s', 1], ['2s', 0], ['5s', 2]]}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': 'sequence(3s, 1s)'}]}}, 'horizon': '10s',"
          " 'sample_customers': 2}",
          {"customer", "1", "response", 5.5}, {"customer", "2", "response", 3},
          {"customer", "2", "waiting", 2.5}, {"station", "x", "busy.mean", 0.6});
}

/* Periodic: on for 1 s of every 3. A job of 2.5 s from 0: 0-1, 3-4, 6-6.5. Two servers at a factor
 * of one half from 0: a (1 s) and b (1 s) leave at 2. */
static void periodic(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'demand': '2500ms',"
          "   'schedule': {'points': [['0s', 1], ['1s', 0]], 'every': '3s'}}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '20s'}",
          {"network", "", "response.mean", 6.5});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'servers': 2, 'demand': '1s', 'schedule': [['0s', 0.5]]}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '20s'}",
          {"network", "", "response.mean", 2}, {"network", "", "response.max", 2});
}

/* The schedule of a round-robin station, of a sharing one with slots, and of one that serves all at
 * once: off duty from 1 to 3. Demand 2 s, quantum 1500 ms: done at 4 in each. */
static void off_duty_everywhere(void **state) {
    (void)state;
#define DUTY(keys)                                                                                 \
    "{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"                      \
    " 'stations': [{'name': 'x', 'demand': '2s', " keys ","                                        \
    "   'schedule': [['0s', 1], ['1s', 0], ['3s', 1]]}],"                                          \
    " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '20s'}"
    TRACE(DUTY("'discipline': 'delay'"), {"network", "", "response.mean", 4});
    TRACE(DUTY("'discipline': 'ps', 'slots': 2"), {"network", "", "response.mean", 4});
    TRACE(DUTY("'discipline': 'lcfs'"), {"network", "", "response.mean", 4});
    TRACE(DUTY("'discipline': 'priority_preemptive'"), {"network", "", "response.mean", 4});
    TRACE(DUTY("'discipline': 'rr', 'quantum': '1500ms'"), {"network", "", "response.mean", 4});
}

/* Round robin goes on in turns off duty or at another speed: the quantum is work, and so is the
 * switch. Two of 2 s at 0, quantum 1 s. Off duty from 1.5 to 3.5: a 0-1, b 1-4 (half a second
 * before, half after), a 4-5, b 5-6. With a switch of 0.5 s and half speed from the start: a 0-3, b
 * 3-6, a 6-9, b 9-12. */
static void turns_off_duty(void **state) {
    (void)state;
#define TURNS(keys)                                                                                \
    "{'network': {'sources': [{'name': 's', 'times': ['0s','0s'], 'route': 'r'}],"                 \
    " 'stations': [{'name': 'x', 'discipline': 'rr', 'quantum': '1s', 'demand': '2s'," keys "}],"  \
    " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '20s', 'sample_customers': 2}"
    TRACE(TURNS("'schedule': [['0s', 1], ['1500ms', 0], ['3500ms', 1]]"),
          {"customer", "1", "response", 5}, {"customer", "2", "response", 6},
          {"customer", "1", "waiting", 3}, {"customer", "2", "waiting", 2});
    TRACE(TURNS("'switch': '500ms', 'schedule': [['0s', 0.5]]"), {"customer", "1", "response", 9},
          {"customer", "2", "response", 12}, {"station", "x", "utilization", 0.6});
    TRACE(TURNS("'speeds': [1, 2]"), {"customer", "1", "response", 1.5},
          {"customer", "2", "response", 2.5}); /* three turns at 2, b's last alone at 1 */
}

/* Against its fluid: 100 arrivals a second of 5 ms each, off duty from 1 to 2 s. The backlog grows
 * by 100 (the one of 1 s is frozen as it comes), then shrinks by 100 a second: over at 3 s, where
 * the last one that waited has just gone and the next has come. */
static void a_backlog(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'arrivals': '10ms', 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'demand': '5ms',"
          "   'schedule': [['0s', 1], ['1s', 0], ['2s', 1]]}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '5s',"
          " 'sample_at': ['1s', '1500ms', '2s', '2500ms', '3s', '3005ms']}",
          {"sample", "1s/station/x", "present.mean", 1},
          {"sample", "1.5s/station/x", "present.mean", 51},
          {"sample", "2s/station/x", "present.mean", 101},
          {"sample", "2.5s/station/x", "present.mean", 51},
          {"sample", "3s/station/x", "present.mean", 1},
          {"sample", "3.005s/station/x", "present.mean", 0}, {"station", "x", "number.max", 101},
          {"station", "x", "response.max", 1.005});
}

/* A capacity of two for two stations together: a pool without waiting room around both. a is at x
 * from 0 to 2 and at y from 2 to 4, b at y from 0 to 3: the one that comes at 1 is turned away, the
 * one at 3 let in. */
static void a_capacity_of_two_stations(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'a', 'times': ['0s','3s'], 'route': 'xy'},"
          "   {'name': 'b', 'times': ['0s','1s'], 'route': 'y'}],"
          " 'pools': [{'name': 'room', 'size': 2, 'queue': 0}],"
          " 'stations': [{'name': 'x', 'demand': '2s'}, {'name': 'y', 'servers': 2}],"
          " 'routes': {'xy': [{'acquire': 'room'}, {'serve': 'x'}, {'serve': 'y', 'demand': '2s'}],"
          "   'y': [{'acquire': 'room'}, {'serve': 'y', 'demand': '3s'}]}}, 'horizon': '10s'}",
          {"source", "b", "count.rejected", 1}, {"source", "a", "count.ok", 2},
          {"pool", "room", "held.mean", 1.1}, {"pool", "room", "held.share.2", 0.4},
          {"pool", "room", "held.share.1", 0.3}, {"pool", "room", "held.variance", 1.9 - 1.21});
}

/* --- instances ---------------------------------------------------------------------------------
 */

/* Instances of their own: the first twice as fast, the second with two servers. In rotation: 0, 1,
 * 0, 1, 1 is not reached before 0 again. Demand 4 s, all at 0.
 *   x[0]: 0-2, 2-4.   x[1]: 0-4, 0-4.  */
static void unlike_instances(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s','0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'instances': [{'speed': 2}, {'servers': 2}], 'demand': '4s',"
          "   'balancer': 'round_robin'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '10s', 'sample_customers': 4}",
          {"customer", "1", "response", 2}, {"customer", "2", "response", 4},
          {"customer", "3", "response", 4}, {"customer", "4", "response", 4},
          {"instance", "x[0]", "utilization", 0.4}, {"instance", "x[1]", "busy.mean", 0.8},
          {"instance", "x[1]", "utilization", 0.4}, {"station", "x", "utilization", 0.4});
}

/* Weights 3, 1, 1 in rotation, smoothly: 0, 1, 0, 2, 0, and so again. One of the ten, the sixth,
 * comes to the first instance a second after another. */
static void weighted_rotation(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'arrivals': '1s', 'limit': 10, 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'instances': [{'weight': 3}, {}, {}], 'demand': '1500ms',"
          "   'balancer': 'weighted_round_robin'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '20s'}",
          {"instance", "x[0]", "arrival_share", 0.6}, {"instance", "x[1]", "arrival_share", 0.2},
          {"instance", "x[2]", "arrival_share", 0.2}, {"instance", "x[0]", "waited", 1.0 / 6},
          {"instance", "x[1]", "count.arrived", 2});
}

/* The least outstanding of all three by power of three, lowest of the tied, a second apart. The
 * second instance is free as the third customer comes, and keeps it; the third takes the others. */
static void power_of_all(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s','2s','3s','4s'],"
          "   'route': 'r'}],"
          " 'stations': [{'name': 'x', 'instances': 3, 'balancer': 'power_of', 'choices': 3,"
          "   'ties': 'lowest'}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': 'sequence(9s, 1s, 9s, 1s, 1s)'}]}},"
          " 'horizon': '20s'}",
          {"instance", "x[0]", "count.arrived", 1}, {"instance", "x[1]", "count.arrived", 2},
          {"instance", "x[2]", "count.arrived", 2}, {"station", "x", "waited", 0});
}

/* A hundred instances, as many choices: the hundred customers of one instant find one each. */
static void many_choices(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'arrivals': '1s', 'batch': 100, 'limit': 100,"
          "   'route': 'r'}],"
          " 'stations': [{'name': 'x', 'instances': 100, 'balancer': 'power_of', 'choices': 100}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': '1s'}]}}, 'horizon': '20s'}",
          {"station", "x", "waited", 0}, {"network", "", "response.max", 1});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(last_come_first_served),
        cmocka_unit_test(last_come_two_servers),
        cmocka_unit_test(random_order),
        cmocka_unit_test(slots),
        cmocka_unit_test(fewer_slots_than_processors),
        cmocka_unit_test(slices),
        cmocka_unit_test(a_whole_slice),
        cmocka_unit_test(the_urgent_push_out_the_patient),
        cmocka_unit_test(whom_to_interrupt),
        cmocka_unit_test(only_strictly_more_urgent),
        cmocka_unit_test(back_in_line_at_one_instant),
        cmocka_unit_test(the_interrupted_count),
        cmocka_unit_test(whom_to_push_out),
        cmocka_unit_test(pushed_out_of_service),
        cmocka_unit_test(patience),
        cmocka_unit_test(patience_ends_with_the_first_start),
        cmocka_unit_test(the_middle_of_the_line),
        cmocka_unit_test(off_duty),
        cmocka_unit_test(periodic),
        cmocka_unit_test(off_duty_everywhere),
        cmocka_unit_test(turns_off_duty),
        cmocka_unit_test(a_backlog),
        cmocka_unit_test(a_capacity_of_two_stations),
        cmocka_unit_test(unlike_instances),
        cmocka_unit_test(weighted_rotation),
        cmocka_unit_test(power_of_all),
        cmocka_unit_test(many_choices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
