// Runs random programs with seegrad and writes them, with inputs, result and gradients, for torch_oracle.py to run them again:
//
//   seegrad_side FOLDER COUNT

#include "program.hpp"

#include <autodiff/array/npz.hpp>
#include <autodiff/array/random.hpp>
#include <autodiff/autodiff.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace seegrad;

namespace {

auto take_step(const program_step& s, const std::vector<tensor>& v) -> tensor {
  const auto& a = v[static_cast<std::size_t>(s.operands[0])];
  const auto& b = v[static_cast<std::size_t>(s.operands.back())];
  const auto axis = s.numbers.empty() ? 0 : s.numbers[0];
  if (s.op == "tanh") return tanh(a);
  if (s.op == "sigmoid") return sigmoid(a);
  if (s.op == "gelu") return gelu(a);
  if (s.op == "softplus") return softplus(a);
  if (s.op == "sin") return sin(a);
  if (s.op == "add") return a + b;
  if (s.op == "mul") return a * b;
  if (s.op == "sub") return a - b;
  if (s.op == "maximum") return maximum(a, b);
  if (s.op == "minimum") return minimum(a, b);
  if (s.op == "sum") return sum(a, axis);
  if (s.op == "mean") return mean(a, axis);
  if (s.op == "amax") return max(a, axes(axis));
  if (s.op == "logsumexp") return logsumexp(a, axis);
  if (s.op == "softmax") return softmax(a, axis);
  if (s.op == "cumsum") return cumsum(a, axis);
  if (s.op == "swap_ends") return swap_axes(a, 0, -1);
  if (s.op == "narrow") return slice(a, axis, s.numbers[1], a.extent(axis));
  if (s.op == "index_select") return index_select(a, axis, array(s.lists[0]));
  if (s.op == "cat_self") return concat(std::vector{a, a}, axis);
  if (s.op == "flatten") return flatten(a);
  if (s.op == "matmul") return matmul(a, b);
  if (s.op == "flip") return flip(a, {axis});
  throw error("seegrad_side: no operation " + s.op);
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  const std::string folder = words[1];
  auto all = nlohmann::json::array();
  std::map<std::string, array> arrays;
  for (int k = 0; k < std::stoi(words[2]); ++k) {
    const auto p = random_program(static_cast<unsigned>(k));
    const auto type = k % 2 ? float32 : float64;
    generator random(static_cast<std::uint64_t>(k));
    graph g;
    std::vector<tensor> values;
    auto program = nlohmann::json{{"type", name_of(type)}, {"inputs", p.inputs.size()}};
    for (std::size_t i = 0; i < p.inputs.size(); ++i) {
      values.push_back(input(randn(random, p.inputs[i], type)));
      arrays[fmt::format("{}_x{}", k, i)] = values.back().value();
    }
    for (const auto& s : p.steps) {
      values.push_back(take_step(s, values));
      program["steps"].push_back({{"op", s.op}, {"operands", s.operands}, {"numbers", s.numbers}, {"lists", s.lists}});
    }
    const auto& y = values.back();
    const auto seed = randn(random, y.shape(), type);
    arrays[fmt::format("{}_y", k)] = y.value();
    arrays[fmt::format("{}_seed", k)] = seed;
    backward(y, seed);
    for (std::size_t i = 0; i < p.inputs.size(); ++i) arrays[fmt::format("{}_g{}", k, i)] = grad(values[i]).contiguous();
    all.push_back(std::move(program));
  }
  std::ofstream(folder + "/programs.json") << all;
  save_npz(folder + "/arrays.npz", arrays);
}
