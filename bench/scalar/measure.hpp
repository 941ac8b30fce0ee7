#pragma once
// How time is taken: on one core, long enough, in rounds that visit the libraries in turn.

#include "facts.hpp"
#include "runner.hpp"

namespace bench {

// Stays on the core it is on from now on, and keeps freed memory in the process, so that no library pays the operating
// system for pages it had a moment ago.
auto settle() -> void;

// Seconds of processor time of this thread. Time in which another program had the core does not count.
auto processor_time() -> double;

// Seconds a call of f, which is called as often as takes `least` seconds.
template <class F>
auto seconds_a_call(const F& f, double least) -> double {
  for (int times = 1;;) {
    const auto start = processor_time();
    for (int i = 0; i < times; ++i) f();
    const auto took = processor_time() - start;
    if (took > least) return took / times;
    times *= took > least / 10 ? 4 : 16;
  }
}

auto median(std::vector<double> values) -> double;

// Seconds a run, one list a runner with one figure a round. Slow drift (other programs, heat) meets all libraries alike, as
// each round visits all of them.
auto measure(const facts& kernel, const runners& all, int rounds) -> std::vector<std::vector<double>>;

}  // namespace bench
