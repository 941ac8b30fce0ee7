// ONNX files: bytes as onnx itself writes them, names, and what cannot be written.

#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>
#include <nn/layer/layers.hpp>
#include <nn/save/onnx.hpp>
#include <nn/save/onnx_module.hpp>
#include <set>
#include <sstream>

#include "../message.hpp"
#include "../scratch_folder.hpp"
#include "fixed_numbers.hpp"

TEST_CASE("the bytes are those that onnx writes") {
  // onnx.helper of Python, version 1.12: make_model of make_node("Relu", ["x"], ["y"], name="y") with x and y float [batch, 3].
  const std::string before("\x08\x07\x12\x07seegrad\x1a", 12);
  const std::string after(
      "\x3a\x4e\x0a\x0f\x0a\x01x\x12\x01y\x1a\x01y\x22\x04Relu\x12\x07seegrad"
      "\x5a\x18\x0a\x01x\x12\x13\x0a\x11\x08\x01\x12\x0d\x0a\x07\x12\x05"
      "batch\x0a\x02\x08\x03"
      "\x62\x18\x0a\x01y\x12\x13\x0a\x11\x08\x01\x12\x0d\x0a\x07\x12\x05"
      "batch\x0a\x02\x08\x03"
      "\x42\x04\x0a\x00\x10\x0d",
      86);
  graph g;
  const auto x = input(zeros({2, 3}, float32), "x");
  std::ostringstream out;
  nn::save_onnx(out, relu(x), {{"x", x}}, {.output_name = "y", .dynamic_batch = true});
  const auto bytes = out.str();
  CHECK(bytes.starts_with(before));
  CHECK(bytes.ends_with(after));
  CHECK(bytes.size() == before.size() + 1 + static_cast<std::size_t>(bytes[before.size()]) + after.size());
}

TEST_CASE("parameters are called as in the graph, and the bytes are always the same") {
  nn::manual_seed(1);
  struct {
    nn::linear hidden{3, 4}, output{4, 2};
  } net;
  nn::name_layers(net);
  const auto exported = [&] {
    graph g;
    const auto x = input(fixed({2, 3}, float32), "x");
    std::ostringstream out;
    nn::save_onnx(out, net.output(tanh(net.hidden(x))), {{"x", x}}, {.dynamic_batch = true});
    return out.str();
  };
  const auto bytes = exported();
  for (const std::string name : {"hidden.weight", "hidden.bias", "output.weight", "output.bias"})
    CHECK_MESSAGE(contains(bytes, name), name);
  CHECK_FALSE(contains(bytes, "weight_2"));
  CHECK(bytes == exported());
}

TEST_CASE("parameters of lists are called as in a state dictionary, which the model that is read takes") {
  nn::manual_seed(1);
  auto net = nn::sequential(nn::linear(3, 4), nn::relu{}, nn::linear(4, 2));
  nn::name_layers(net);
  std::stringstream file;
  {
    graph g;
    const scope part("stage 2 of it");
    const auto x = input(fixed({2, 3}, float32), "x");
    const auto own = input(fixed({2}, float32), "own");
    nn::save_onnx(file, net(x) + own, {{"x", x}});
  }
  auto read = nn::load_onnx(file);
  const auto names = [](auto& model) {
    std::set<std::string> all;
    for (const auto& [name, p] : nn::parameters(model)) all.insert(name);
    return all;
  };
  auto expected = std::set<std::string>{"stage 2 of it.own"};
  for (const auto& name : names(net)) expected.insert("stage 2 of it." + name);
  CHECK(names(read) == expected);
}

TEST_CASE("a model may begin in the middle, and have several inputs") {
  graph g;
  const auto x = input(fixed({2, 3}), "x"), z = input(fixed({2, 3}), "z");
  const auto hidden = exp(x) * 2.0;
  std::ostringstream out;
  nn::save_onnx(out, tanh(hidden) + z, {{"hidden", hidden}, {"z", z}});
  CHECK(contains(out.str(), "Tanh"));
  CHECK_FALSE(contains(out.str(), "Exp"));
}

TEST_CASE("what cannot be written is said, and no file is left") {
  scratch_folder here;
  graph g;
  const auto x = input(fixed({2, 3, 4}), "x"), z = input(fixed({3, 2}), "z");
  const auto refusal = [&](const tensor& y, const std::vector<nn::onnx_input>& inputs, const nn::onnx_options& options = {}) {
    const auto said = message_of([&] { nn::save_onnx(here / "m.onnx", y, inputs, options); });
    CHECK_MESSAGE(said.starts_with("save_onnx: "), said);
    CHECK_FALSE(std::filesystem::exists(here / "m.onnx"));
    return said;
  };
  const std::vector<nn::onnx_input> in{{"x", x}};
  CHECK(contains(refusal(atan2(x, x), in), "'atan2' has no counterpart"));
  CHECK(contains(refusal(inverse(matmul(x, transpose(x))), in), "'inverse' has no counterpart"));
  CHECK(contains(refusal(exp(x), {}), "no inputs are given"));
  CHECK(contains(refusal(exp(x), {{"x", x}, {"z", z}}), "does not depend on the input 'z'"));
  CHECK(contains(refusal(exp(z), in), "does not depend on the input 'x'"));
  CHECK(contains(refusal(exp(x), {{"x", x}, {"x", z}}), "two inputs or outputs are called 'x'"));
  CHECK(contains(refusal(exp(x), {{"output", x}}), "two inputs or outputs are called 'output'"));
  CHECK(contains(refusal(exp(x), {{"", x}}), "has no name"));
  CHECK(contains(refusal(exp(x), {{"x", x}, {"y", x}}), "'y' is the same tensor as another input"));
  CHECK(contains(refusal(exp(x), {{"x", tensor(fixed({2}))}}), "'x' is a constant"));
  CHECK(contains(refusal(tensor(1.0), in), "the output is a constant"));
  CHECK(contains(refusal(adaptive_avg_pool2d(unsqueeze(x, 0), {2, 4}), in), "windows of different sizes"));

  const nn::onnx_options open{.dynamic_batch = true};
  CHECK(contains(refusal(exp(x) + sum(z), {{"x", x}, {"z", z}}, open), "another input has a batch of 2"));
  CHECK(contains(refusal(exp(x), {{"x", input(fixed({1, 3}))}}, open), "2 members or more"));
  CHECK(contains(refusal(mean(x), in, open), "axis 0 of operand 0 is the batch"));
  CHECK(contains(refusal(x - mean(x, 0), in, open), "is the batch"));
  CHECK(contains(refusal(take(x, 0), in, open), "is the batch"));
  CHECK(contains(refusal(concat(std::vector<tensor>{x, x}), in, open), "is the batch"));
  CHECK(contains(refusal(concat(std::vector<tensor>{x, fixed({2, 3, 4})}, 1), in, open), "not the same axis of all operands"));
  CHECK(contains(refusal(x * fixed({2, 1, 1}), in, open), "a row of its own for each member"));
  CHECK(contains(refusal(matmul(x, fixed({2, 4, 4})), in, open), "a matrix of its own for each member"));
  CHECK(contains(refusal(matmul(permute(x, {1, 2, 0}), fixed({2, 3})), in, open), "axis 2 of operand 0 is the batch"));
  CHECK(contains(refusal(logsumexp(x, 0), in, open), "is the batch"));
  CHECK(contains(refusal(gather(x, array(zeros({2, 1, 4}, int64)), 1), in, open), "is the batch"));
}
