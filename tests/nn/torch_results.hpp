#pragma once
// What PyTorch's layers give, as tests/nn/oracle/layers.py wrote it down, and a comparison with a model of ours.
//
// Tolerance: an array may be off by 1e-12 of its largest number. Sums are made in another order there, and a float64 has 1.1e-16
// to lose at every step; what is wrong is off by 1e-2 or more, for all numbers are between -1/2 and 1/2. Where every element
// stands for itself, as with activations, each may be off by 1e-12 of itself and 1e-14.

#include <algorithm>
#include <autodiff/array/npz.hpp>
#include <autodiff/array/print.hpp>
#include <autodiff/autodiff.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <nn/module/walk.hpp>
#include <set>

namespace torch_results {

using namespace seegrad;
using outputs = std::vector<tensor>;
using named_arrays = std::map<std::string, array>;

/// Element i is ((37 i + 11 p) mod 101) / 101 - 1/2, to the last bit what layers.py has.
inline auto made(const dims& shape, std::size_t p) -> array {
  auto a = zeros(shape);
  const auto to = a.writable<double>();
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<double>((i * 37 + p * 11) % 101) / 101 - 0.5;
  return a;
}

/// "linear;out 0 2x4;grad bias 4" says what lies one after the other in the array of that name.
inline auto taken_apart(const std::string& key, const array& all) -> std::pair<std::string, named_arrays> {
  named_arrays found;
  const auto name = key.substr(0, key.find(';'));
  index_t at = 0;
  for (auto begin = name.size(); begin < key.size();) {
    const auto end = std::min(key.find(';', begin + 1), key.size());
    const auto part = key.substr(begin + 1, end - begin - 1);
    const auto gap = part.rfind(' ');
    dims shape;
    for (auto text = part.substr(gap + 1); text != "-" && !text.empty();) {
      std::size_t used = 0;
      shape.push(std::stoll(text, &used));
      text = text.substr(std::min(used + 1, text.size()));
    }
    found[part.substr(0, gap)] = reshape(slice(all, 0, at, at + elements(shape)), shape);
    at += elements(shape);
    begin = end;
  }
  REQUIRE(at == all.size());
  return {name, found};
}

enum class tolerance { of_largest, of_each };

inline auto agrees(const array& a, const array& b, tolerance t) -> bool {
  if (a.shape() != b.shape()) return false;
  const auto x = a.to_vector<double>(), y = b.to_vector<double>();
  double largest = 0;
  for (const auto v : y) largest = std::max(largest, std::abs(v));
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!(std::abs(x[i] - y[i]) <= (t == tolerance::of_each ? 1e-12 * std::abs(y[i]) + 1e-14 : 1e-12 * largest))) return false;
  return true;
}

/// A model with its type forgotten, so that the comparison is compiled once.
struct subject {
  std::function<outputs(const outputs&)> call;
  std::vector<nn::named_pointer<nn::parameter>> parameters;
  std::vector<std::pair<std::string, const nn::buffer*>> buffers;

  /// The model and what forward(model, inputs) refers to must stay where they are.
  template <class M, class F>
  static auto of(M& model, const F& forward) -> subject {
    subject s;
    s.call = [&](const outputs& x) -> outputs {
      if constexpr (std::same_as<decltype(forward(model, x)), tensor>) return {forward(model, x)};
      else return forward(model, x);
    };
    s.parameters = nn::parameters(model);
    nn::each<nn::buffer>(model, [&](const nn::buffer& b, const nn::path* at) { s.buffers.emplace_back(at->text(), &b); });
    std::sort(s.parameters.begin(), s.parameters.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    for (std::size_t p = 0; p < s.parameters.size(); ++p) {
      auto& weights = *s.parameters[p].parameter;
      weights = made(weights.shape(), p);
    }
    return s;
  }

  /// The loss of layers.py.
  auto run(const outputs& x, named_arrays& found) const -> void {
    const auto y = call(x);
    tensor loss = 0.0;
    for (std::size_t k = 0; k < y.size(); ++k) {
      found["out " + std::to_string(k)] = y[k].value();
      loss = loss + sum(y[k] * made(y[k].shape(), 90 + k));
    }
    backward(loss);
  }
};

class file {
 public:
  explicit file(const std::string& path) {
    for (const auto& [key, all] : load_npz(path)) cases_.insert(taken_apart(key, all));
  }

  /// Gives the model the parameters that PyTorch's had, and compares. forward(model, inputs) gives one output or several; inputs
  /// whose gradient is in the file are made by `made`, unless they are given.
  template <class M, class F>
  auto compare(const std::string& name, M model, const F& forward, std::vector<array> given = {},
               tolerance t = tolerance::of_largest) -> void {
    nn::to(model, float64);
    auto other = model;
    compare(name, subject::of(model, forward), subject::of(other, forward), std::move(given), t);
  }

  /// Cases that no comparison was made with.
  auto left() const -> std::set<std::string> {
    std::set<std::string> names;
    for (const auto& [name, arrays] : cases_)
      if (!compared_.contains(name)) names.insert(name);
    return names;
  }

 private:
  auto compare(const std::string& name, const subject& one, const subject& other, std::vector<array> given, tolerance t) -> void {
    CAPTURE(name);
    REQUIRE(cases_.contains(name));
    CHECK(compared_.insert(name).second);
    const auto& expected = cases_.at(name);
    for (auto k = given.size(); expected.contains("in " + std::to_string(k)); ++k)
      given.push_back(made(expected.at("in " + std::to_string(k)).shape(), 50 + k));
    named_arrays found;
    {
      graph g;
      outputs x;
      for (const auto& a : given) x.push_back(input(a));
      one.run(x, found);
      for (std::size_t k = 0; k < x.size(); ++k) found["in " + std::to_string(k)] = grad(x[k]);
      for (const auto& [n, p] : one.parameters) found["grad " + n] = grad(*p);
    }
    for (const auto& [n, b] : one.buffers) found["buffer " + n] = b->value;
    for (const auto& e : expected) CHECK_MESSAGE(found.contains(e.first), e.first);
    for (const auto& f : found) {
      REQUIRE_MESSAGE(expected.contains(f.first), f.first);
      const auto& right = expected.at(f.first);
      CHECK_MESSAGE(agrees(f.second, right, t), f.first, " is\n", fmt::format("{}\nand should be\n{}", f.second, right));
    }
    if (one.parameters.empty()) return;
    // Data is no input of the graph, and the parameters get the same.
    graph g;
    other.run(outputs(given.begin(), given.end()), found);
    for (const auto& p : other.parameters)
      CHECK_MESSAGE(agrees(grad(*p.parameter), expected.at("grad " + p.name), t), "with constant inputs, grad ", p.name);
  }

  std::map<std::string, named_arrays> cases_;
  std::set<std::string> compared_;
};

}  // namespace torch_results
