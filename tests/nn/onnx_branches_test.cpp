// Branches of ONNX files: which is computed, and what names mean in them.

#include <autodiff/trace/tensor.hpp>
#include <doctest/doctest.h>
#include <nn/save/state.hpp>

#include "onnx_by_hand.hpp"

using namespace seegrad;

TEST_CASE("branches: the one that the condition says is computed, and no other") {
  const auto truth = [](bool is) { return numbers_of("c", {}, 9, is ? "\1" : std::string_view("\0", 1)); };
  const array x = full({2, 3}, -2, float32);
  // Both branches call a value z, and so does what stands behind them; one uses a number of its own, which is called like a value outside.
  const auto one = numbers_of("a", {}, 1, std::string_view("\0\0\x80\x3f", 4));
  const words nodes{
      node_of("Relu", {"x"}, {"a"}),
      node_of("If", {"c"}, {"b"},
              branch("then_branch", {node_of("Abs", {"x"}, {"z"})}, "z") +
                  branch("else_branch", {node_of("Neg", {"x"}, {"w"}), node_of("Add", {"w", "a"}, {"z"})}, "z", {one})),
      node_of("Add", {"a", "b"}, {"z"}), node_of("Identity", {"z"}, {"y"})};
  CHECK(identical(parse(model_of(nodes, {truth(true)}))(x).value(), full({2, 3}, 2, float32)));
  auto other = parse(model_of(nodes, {truth(false)}));
  CHECK(identical(other(x).value(), full({2, 3}, 3, float32)));
  CHECK(nn::state_dict(other).contains("a_2"));

  // What cannot be computed is not.
  const auto fails = node_of("Concat", {"x"}, {"z"}, attribute("axis", 5));
  const auto choosing = [&](bool is, const std::string& then_branch, const std::string& else_branch) {
    return model_of({node_of("If", {"c"}, {"y"}, then_branch + else_branch)}, {truth(is)});
  };
  const auto good = branch("else_branch", {}, "x"), bad = branch("then_branch", {fails}, "z");
  CHECK(identical(parse(choosing(false, bad, good))(x).value(), x));
  check_contains(fault(choosing(true, bad, good)), "in 'node Concat': concat: ");
  // One in the other, which has no condition of its own unless the outer one holds.
  const auto within = [&](const std::string& condition) {
    return branch("then_branch",
                  {node_of("Not", {"c"}, {"d"}),
                   node_of("If", {condition}, {"z"}, branch("then_branch", {fails}, "z") + branch("else_branch", {}, "x"))},
                  "z");
  };
  CHECK(identical(parse(choosing(true, within("d"), good))(x).value(), x));
  CHECK(identical(parse(choosing(false, within("d"), good))(x).value(), x));
  check_contains(fault(choosing(true, within("c"), good)), "in 'node Concat': concat: ");

  check_contains(refusal(choosing(true, bad, "")), "If 'node If' has no else_branch");
  check_contains(refusal(choosing(true, branch("then_branch", {node_of("Loop", {"x"}, {"z"})}, "z"), good)),
                 "operators that are not read: Loop (1, 'node Loop')");
  check_contains(refusal(choosing(true, branch("then_branch", {}, "nothing"), good)),
                 "needs 'nothing', which nothing before it gives");
  check_contains(refusal(model_of({node_of("If", {}, {"y"}, good)})), "If 'node If' has no condition");
  check_contains(refusal(model_of({node_of("If", {"c"}, {"y", "q"}, bad + good)}, {truth(true)})),
                 "If 'node If' has 2 results, and its then_branch gives 1");
  // Names of one branch are not those of the other, nor of what comes after.
  check_contains(refusal(choosing(true, bad, branch("else_branch", {node_of("Neg", {"z"}, {"w"})}, "w"))),
                 "needs 'z', which nothing");

  graph g;
  const auto by_input =
      model_of({node_of("ReduceMax", {"x"}, {"m"}, attribute("keepdims", 0)), node_of("Cast", {"m"}, {"c"}, attribute("to", 9)),
                node_of("If", {"c"}, {"y"}, branch("then_branch", {node_of("Neg", {"x"}, {"z"})}, "z") + good)});
  CHECK(identical(parse(by_input)(x).value(), full({2, 3}, 2, float32)));
  check_contains(message_of([&] { parse(by_input)(input(x)); }),
                 "If 'node If': its condition is computed from numbers of an input");
  const auto many = model_of({node_of("If", {"x"}, {"y"}, branch("then_branch", {node_of("Neg", {"x"}, {"z"})}, "z") + good)});
  check_contains(message_of([&] { parse(many)(x); }), "If 'node If': its condition is [2x3], and one number is wanted");

  std::string deep = good;
  for (int i = 0; i < 5000; ++i) deep = branch("else_branch", {node_of("If", {"c"}, {"z"}, deep)}, "z");
  check_contains(refusal(choosing(true, bad, deep)), "branches lie more than 32 deep in branches");
}
