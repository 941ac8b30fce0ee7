#pragma once
// Random programs over arrays, in a form that two libraries can run: a list of steps, each an operation by PyTorch's name with its
// arguments. seegrad runs them here; torch_oracle.py runs the same with PyTorch.

#include <autodiff/array/dims.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

struct program_step {
  std::string op;
  std::vector<int> operands;                     // earlier values: first the inputs, then the results of steps
  std::vector<std::int64_t> numbers;             // axes, extents, offsets, as the operation wants them
  std::vector<std::vector<std::int64_t>> lists;  // an index array, or a shape
};

struct program {
  std::vector<seegrad::dims> inputs;
  std::vector<program_step> steps;
};

/// Deterministic for a seed. Every shape in it fits; the last step's result is what is differentiated.
inline auto random_program(unsigned seed) -> program {
  using seegrad::dims;
  std::mt19937 random(seed);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  program p;
  std::vector<dims> shapes;
  const int inputs = 2 + below(3);
  for (int i = 0; i < inputs; ++i) {
    dims s;
    for (int k = 1 + below(3); k > 0; --k) s.push(1 + below(4));
    p.inputs.push_back(s);
    shapes.push_back(s);
  }
  const auto pick = [&] { return below(static_cast<int>(shapes.size())); };
  const auto at = [&](int i) -> const dims& { return shapes[static_cast<std::size_t>(i)]; };
  const auto add = [&](program_step s, const dims& shape) {
    p.steps.push_back(std::move(s));
    shapes.push_back(shape);
  };
  const auto without = [](dims s, int axis) {
    s.erase(axis);
    return s;
  };
  const int wanted = 5 + below(40);
  for (int tries = 0; static_cast<int>(p.steps.size()) < wanted && tries < 400; ++tries) {
    const int a = below(3) ? static_cast<int>(shapes.size()) - 1 - below(std::min(3, static_cast<int>(shapes.size()))) : pick(),
              b = pick();
    const auto s = at(a);
    if (seegrad::elements(s) > 200) {
      add({"mean", {a}, {0}, {}}, without(s, 0));
      continue;
    }
    const int axis = s.empty() ? 0 : below(s.size());
    switch (below(22)) {
      case 0: add({"tanh", {a}, {}, {}}, s); break;
      case 1: add({"sigmoid", {a}, {}, {}}, s); break;
      case 2: add({"gelu", {a}, {}, {}}, s); break;
      case 3: add({"softplus", {a}, {}, {}}, s); break;
      case 4: add({"sin", {a}, {}, {}}, s); break;
      case 5:
      case 6:
      case 7:
        try {
          const auto shape = seegrad::broadcast(s, at(b), "program");
          const char* names[] = {"add", "mul", "sub", "maximum", "minimum"};
          add({names[below(5)], {a, b}, {}, {}}, shape);
        } catch (const seegrad::error&) {}
        break;
      case 8:
        if (!s.empty()) add({"sum", {a}, {axis}, {}}, without(s, axis));
        break;
      case 9:
        if (!s.empty()) add({"mean", {a}, {axis}, {}}, without(s, axis));
        break;
      case 10:
        if (!s.empty()) add({"amax", {a}, {axis}, {}}, without(s, axis));
        break;
      case 11:
        if (!s.empty()) add({"logsumexp", {a}, {axis}, {}}, without(s, axis));
        break;
      case 12:
        if (!s.empty()) add({"softmax", {a}, {axis}, {}}, s);
        break;
      case 13:
        if (!s.empty()) add({"cumsum", {a}, {axis}, {}}, s);
        break;
      case 14:
        if (s.size() >= 2) {
          auto t = s;
          std::swap(t[0], t[s.size() - 1]);
          add({"swap_ends", {a}, {}, {}}, t);
        }
        break;
      case 15:
        if (!s.empty() && s[axis] > 1) {
          auto t = s;
          t[axis] = s[axis] - 1;
          add({"narrow", {a}, {axis, 1}, {}}, t);
        }
        break;
      case 16:
        if (!s.empty()) {
          std::vector<std::int64_t> index;
          for (int k = 1 + below(4); k > 0; --k) index.push_back(below(static_cast<int>(s[axis])));
          auto t = s;
          t[axis] = static_cast<std::int64_t>(index.size());
          add({"index_select", {a}, {axis}, {index}}, t);
        }
        break;
      case 17:
        if (!s.empty()) {
          auto t = s;
          t[axis] *= 2;
          add({"cat_self", {a}, {axis}, {}}, t);
        }
        break;
      case 18: add({"flatten", {a}, {}, {}}, {seegrad::elements(s)}); break;
      case 19:
      case 20:
        for (int k = 0; k < static_cast<int>(shapes.size()); ++k) {
          const auto& t = at(k);
          if (s.size() != 2 || t.size() != 2 || s[1] != t[0]) continue;
          add({"matmul", {a, k}, {}, {}}, {s[0], t[1]});
          break;
        }
        break;
      default:
        if (!s.empty()) add({"flip", {a}, {axis}, {}}, s);
    }
  }
  return p;
}
