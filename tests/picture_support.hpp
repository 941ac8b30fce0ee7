#pragma once
// What the tests of pictures share: looking into texts and files, and a few graphs.

#include <autodiff/autodiff.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <random>
#include <sstream>

#include "file_bytes.hpp"
#include "message.hpp"

using namespace seegrad;
namespace fs = std::filesystem;

/// The line of the DOT text that begins like this.
inline auto line(const std::string& dot, const std::string& start) -> std::string {
  std::istringstream in(dot);
  for (std::string l; std::getline(in, l);)
    if (const auto at = l.find_first_not_of(' '); at != std::string::npos && l.compare(at, start.size(), start) == 0) return l;
  return {};
}
/// Those of a node, and of an edge.
template <class X>
auto id(const X& x) -> node_id {
  return graph::active().id(x.ref(), "test");
}
template <class X>
auto node_line(const std::string& dot, const X& x) -> std::string {
  return line(dot, fmt::format("n{} [", id(x)));
}
template <class X, class Y>
auto edge_line(const std::string& dot, const X& from, const Y& to) -> std::string {
  return line(dot, fmt::format("n{} -> n{} ", id(from), id(to)));
}
struct example {
  graph g;
  scalar a = input(7.0, "a"), b = input(4.0, "b"), c = input(2.0, "c");
  scalar u = named(b * c, "u"), v = named(a + u, "v"), J = named(3 * v, "J");
};

/// In numbers that are sums of few powers of two, so that nothing is rounded, whatever the processor.
inline auto layers() -> scalar {
  std::vector<scalar> h = {input(0.5, "x0"), input(1.5, "x1")};
  double w = 0.75;
  for (const int width : {3, 1}) {
    scope layer(width == 3 ? "layer1" : "layer2");
    std::vector<scalar> next;
    for (int j = 0; j < width; ++j) {
      scope s("neuron");
      scalar z = input(w);
      for (const auto& x : h) {
        const scalar product = input(w = 0.25 - w) * x;
        z = z + product;
      }
      next.push_back(square(z));
    }
    h = next;
  }
  return named(h[0] * h[0], "loss");
}

inline auto random_graph(std::size_t size, unsigned seed) -> scalar {
  std::mt19937 random(seed);
  std::vector<scalar> v;
  for (int i = 0; i < 20; ++i) v.push_back(input(0.1 * i + 0.2, fmt::format("x{}", i)));
  while (graph::active().size() < size) {
    const auto a = v[v.size() - 1 - random() % 20], b = v[v.size() - 1 - random() % 20];
    v.push_back(random() % 3 == 0 ? tanh(a) : random() % 2 ? a * b : fma(a, b, a));
  }
  return v.back();
}
