// The memory of large graphs: it does not move, is kept for the next one within bounds, and running out of it is an error that leaves the
// graph as it was.
#include <autodiff/autodiff.hpp>
#include <autodiff/fused.hpp>
#include <autodiff/graph/memory.hpp>
#include <cstdio>
#include <cstring>
#include <doctest/doctest.h>
#include <fstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "sanitizer.hpp"

using namespace seegrad;

namespace {

auto faults() -> long {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return use.ru_minflt;
}

// Three nodes a step.
auto long_sum(scalar y, const scalar& x, int n) -> scalar {
  for (int i = 0; i < n; ++i) y = y * 1.0000001 + x;
  return y;
}

// Page faults of recording so many steps, with the gradient, in a graph of its own.
auto faults_of(int steps) -> long {
  const auto before = faults();
  graph g;
  const auto x = input(1.0);
  const auto y = long_sum(x, x, steps);
  backward(y);
  return faults() - before;
}

// Runs f in a process of its own with little address space, and gives what it returned.
template <class F>
auto in_little_space(std::size_t more, F f) -> int {
  const auto child = fork();
  if (child == 0) {
    release_spare_memory();
    long pages = 0;
    if (auto* statm = std::fopen("/proc/self/statm", "r")) {
      if (std::fscanf(statm, "%ld", &pages) != 1) pages = 0;
      std::fclose(statm);
    }
    const auto limit = static_cast<rlim_t>(pages) * 4096 + more;
    const rlimit space{limit, limit};
    setrlimit(RLIMIT_AS, &space);
    int result = 99;
    try {
      result = f();
    } catch (const std::exception& e) {
      std::fprintf(stderr, "%s\n", e.what());
    }
    _exit(result);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("a large record stays where it is while it grows") {
  graph g;
  const auto x = input(3.0);
  auto y = long_sum(x, x, 200000);
  const auto* at = g.nodes();
  y = long_sum(y, x, 2000000);
  CHECK(g.size() > 6000000);
  CHECK(g.nodes() == at);
  backward(y);
  // Each step multiplies what came before by the factor; the first stretch adds x as often.
  CHECK(grad(x) > 200000);
}

TEST_CASE("what one graph used is there for the next") {
  constexpr int steps = 1500000;  // 72 MB of nodes, and half of that for adjoints
  keep_spare_memory(std::size_t{1} << 40);
  faults_of(steps);
  CHECK(faults_of(steps) < 50);
  keep_spare_memory(0);
  faults_of(steps);
  CHECK(faults_of(steps) >= 50);  // 54 large pages, or many more small ones
  keep_spare_memory(std::size_t{1} << 40);
  faults_of(steps);
  release_spare_memory();
  CHECK(faults_of(steps) >= 50);
  // A thread that ends gives back what it kept.
  std::thread([] { faults_of(steps); }).join();
}

TEST_CASE("contents survive the way from small to large") {
  buffer b;
  b.grow(1000);
  std::memset(b.data(), 7, 1000);
  for (const auto bytes : {std::size_t{1} << 20, std::size_t{1} << 23, std::size_t{1} << 28}) {
    b.grow(bytes);
    CHECK(b.bytes() >= bytes);
    const auto* p = static_cast<const char*>(b.data());
    bool same = true;
    for (int i = 0; i < 1000; ++i) same = same && p[i] == 7;
    CHECK(same);
  }
  CHECK_THROWS_AS(b.grow(std::size_t{1} << 40), std::bad_alloc);
  CHECK(static_cast<const char*>(b.data())[999] == 7);
  auto moved = std::move(b);
  CHECK(b.data() == nullptr);
  CHECK(moved.bytes() >= std::size_t{1} << 28);
  moved.forget(0, moved.bytes() + 1);  // more than there is: nothing happens
  CHECK(static_cast<const char*>(moved.data())[999] == 7);
}

TEST_CASE("the memory of a large record is one part, which asks for large pages" * doctest::skip(is_sanitized)) {
  graph g;
  const auto x = input(1.0);
  long_sum(x, x, 1000000);
  const auto begin = reinterpret_cast<std::uintptr_t>(g.nodes()), end = begin + g.memory().record;
  std::ifstream maps("/proc/self/smaps");  // absent where there is no Linux; without the flags in some containers
  bool is_inside = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t from = 0, to = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &from, &to) == 2) {
      is_inside = from <= begin && begin < to;
      if (is_inside) CHECK(end <= to);
    }
    if (is_inside && line.starts_with("VmFlags:")) CHECK(line.find(" hg") != std::string::npos);
  }
}

namespace {

// Records for as long as there is memory, and what is left of the graph then; 0 if all is as it should be.
template <class Scalar>
auto run_out_of_memory() -> int {
  graph g;
  const Scalar x = input(2.0);
  const Scalar y = x * x;
  const auto m = g.mark();
  Scalar z = y;
  std::string said;
  std::size_t size = 0;
  try {
    for (;;) size = g.size(), z = z * 1.0000001 + x;
  } catch (const error& e) {
    said = e.what();
  }
  if (said.find("no memory for more") == std::string::npos) return std::fprintf(stderr, "said: %s\n", said.c_str()), 1;
  if (g.size() < 1000000 || g.size() > size + 3) return 2;
  if (gradient(scalar(y), std::array{scalar(x)})[0] != 4) return 3;
  g.rewind(m);
  const Scalar w = y * y;
  return gradient(scalar(w), std::array{scalar(x)})[0] == 32 ? 0 : 4;
}

}  // namespace

TEST_CASE("memory that runs out is an error, and the graph is whole" * doctest::skip(is_sanitized)) {
  CHECK(in_little_space(std::size_t{100} << 20, run_out_of_memory<scalar>) == 0);
  // A little more each time, so that each of a graph's buffers is the one that there is no room for.
  for (std::size_t more = 40; more <= 240; more += 8) {
    CAPTURE(more);
    CHECK(in_little_space(more << 20, run_out_of_memory<fused::scalar>) == 0);
  }
}

TEST_CASE("without room for addresses a graph grows all the same" * doctest::skip(is_sanitized)) {
  CHECK(in_little_space(std::size_t{1} << 30, [] {
          graph g;
          const auto x = input(1.0);
          const auto y = long_sum(x, x, 3000000);  // 144 MB
          backward(y);
          return g.size() > 9000000 && grad(x) > 3000000 ? 0 : 1;
        }) == 0);
}
