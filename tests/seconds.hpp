#pragma once
// How long something takes.

#include <chrono>

template <class F>
auto seconds(F f) -> double {
  const auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}
