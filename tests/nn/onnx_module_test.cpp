// Models that PyTorch exported (onnx/make.py), as modules: their numbers, their gradients, and what else a module can do.

#include <autodiff/array/create.hpp>
#include <autodiff/array/npz.hpp>
#include <autodiff/check/check.hpp>
#include <autodiff/derive/reverse.hpp>
#include <autodiff/ops/reduction/reduction.hpp>
#include <doctest/doctest.h>
#include <filesystem>
#include <nn/save/onnx.hpp>
#include <nn/save/onnx_module.hpp>
#include <nn/save/save.hpp>
#include <nn/train/predictor.hpp>
#include <set>
#include <sstream>

#include "../message.hpp"
#include "../scratch_folder.hpp"

using namespace seegrad;
namespace fs = std::filesystem;

namespace {

const auto files = fs::path(NPY_ORACLE).parent_path() / "onnx";
using arrays = std::map<std::string, array>;

auto numbered(const arrays& all, const std::string& what) -> std::vector<tensor> {
  std::vector<tensor> out;
  for (int i = 0; all.contains(what + std::to_string(i)); ++i) out.emplace_back(all.at(what + std::to_string(i)));
  return out;
}

// Of the largest number: sums of float32 round by that, also where they nearly cancel.
auto check_close(const array& y, const array& expected) -> void {
  CHECK(y.type() == expected.type());
  REQUIRE(y.shape() == expected.shape());
  const double largest = expected.size() == 0 ? 0 : max(abs(expected)).item();
  CHECK(all_close(y, expected, 1e-5, 1e-5 * largest));
}

// The sum of all squares, whose gradients are in the file.
auto loss_of(const std::vector<tensor>& results) -> tensor {
  tensor loss = 0.0;
  for (const auto& y : results)
    if (is_floating(y.type())) loss = loss + sum(square(y));
  return loss;
}

}  // namespace

TEST_CASE("numbers and gradients are PyTorch's") {
  int models = 0, by_name = 0;
  for (const auto& entry : fs::directory_iterator(files)) {
    if (entry.path().extension() != ".onnx") continue;
    const auto name = entry.path().stem().string();
    CAPTURE(name);
    ++models;
    const auto all = load_npz(files / (name + ".npz"));
    auto model = nn::load_onnx(entry.path());
    const auto given = numbered(all, "in.");
    const auto expected = numbered(all, "out.");
    graph g;
    std::vector<tensor> inputs;
    for (const auto& x : given) inputs.push_back(is_floating(x.type()) ? input(x.value()) : x);
    const auto results = model.results(inputs);
    REQUIRE(results.size() == expected.size());
    for (std::size_t i = 0; i < results.size(); ++i) check_close(results[i].value(), expected[i].value());
    backward(loss_of(results));
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (const auto at = all.find("grad.in." + std::to_string(i)); at != all.end()) check_close(grad(inputs[i]), at->second);
    for (const auto& [of, p] : nn::parameters(model))
      if (const auto at = all.find("grad." + of); at != all.end()) {
        const auto parameter = of;
        CAPTURE(parameter);
        check_close(grad(*p), at->second), ++by_name;
      }

    const auto others = numbered(all, "more.in."), others_expected = numbered(all, "more.out.");
    if (others.empty()) continue;
    const auto of_others = model.results(others);
    for (std::size_t i = 0; i < of_others.size(); ++i) check_close(of_others[i].value(), others_expected[i].value());
  }
  CHECK(models == 30);
  CHECK(by_name > 60);
}

TEST_CASE("what the file declares, and its numbers under their names") {
  auto model = nn::load_onnx(files / "pictures.onnx");
  REQUIRE(model.inputs().size() == 1);
  CHECK(model.inputs()[0].text() == "in_0 float32 [in_0_axis_0 x 1 x 8 x 8]");
  CHECK(model.outputs().size() == 1);
  std::vector<std::string> names;
  for (const auto& [name, p] : nn::parameters(model)) names.push_back(name);
  CHECK(names == std::vector<std::string>{"net.0.weight", "net.0.bias", "net.1.weight", "net.1.bias", "net.4.weight",
                                          "net.9.weight", "net.9.bias"});
  const auto state = nn::state_dict(model);
  CHECK(all_close(state.at("net.1.running_var"), array{0.5, 1.5, 1.0, 2.0}.cast(float32)));
  CHECK(nn::count_parameters(model) == 36 + 4 + 4 + 4 + 6 * 4 * 6 + 5 * 48 + 5);

  scratch_folder here;
  nn::save(model, here / "numbers.safetensors");
  auto other = nn::load_onnx(files / "pictures.onnx");
  nn::each<nn::parameter>(other, [](nn::parameter& p, const nn::path*) { p = zeros(p.shape(), float32); });
  nn::load(other, here / "numbers.safetensors");
  const auto x = load_npz(files / "pictures.npz").at("in.0");
  CHECK(identical(other(x).value(), model(x).value()));
}

TEST_CASE("a model is a value, and is trained") {
  auto model = nn::load_onnx(files / "residual.onnx");
  const auto before = model;
  const auto x = load_npz(files / "residual.npz").at("in.0");
  std::vector<double> losses;
  for (int step = 0; step < 20; ++step) {
    graph g;
    const auto loss = loss_of({model(x)});
    backward(loss);
    losses.push_back(loss.value().item());
    for (const auto& [name, p] : nn::parameters(model))
      if (nn::has_grad(*p)) *p = (p->value() - 0.01 * grad(*p)).cast(float32);
  }
  CHECK(losses.back() < 0.6 * losses.front());
  CHECK(before(x).value().at(0, 0) == doctest::Approx(load_npz(files / "residual.npz").at("out.0").at(0, 0)).epsilon(1e-4));
}

TEST_CASE("in float64 the derivatives are confirmed by differences") {
  auto model = nn::load_onnx(files / "block_17.onnx");
  nn::to(model, float64);
  graph g;
  const tensor tokens = load_npz(files / "block_17.npz").at("in.0");
  const auto y = model(tokens);
  CHECK(y.type() == float64);
  CHECK(check(sum(square(y))).passed());
}

TEST_CASE("a program, and another export, give the same numbers") {
  for (const std::string name : {"pictures", "encoder", "lstm_both_ways", "block_14"}) {
    CAPTURE(name);
    auto model = nn::load_onnx(files / (name + ".onnx"));
    const tensor x = load_npz(files / (name + ".npz")).at("in.0");
    const auto expected = model.results({x});
    graph g;
    const auto in = is_floating(x.type()) ? input(x.value(), "x") : x;
    const auto y = model.results({in}).front();
    std::ostringstream out;
    nn::save_onnx(out, y, {{"x", in}});
    std::istringstream bytes(out.str());
    const auto again = nn::load_onnx(bytes);
    check_close(again(x).value(), expected.front().value());
    if (model.outputs().size() != 1 || !is_floating(x.type())) continue;
    CHECK(identical(nn::compile(model, x.value())(x.value()), expected.front().value()));
  }
}

TEST_CASE("parts of the program are boxes of the picture, with parameters in them") {
  const auto model = nn::load_onnx(files / "block_14.onnx");
  graph g;
  const auto y = model(tensor(load_npz(files / "block_14.npz").at("in.0")));
  std::set<std::string> scopes, names;
  for (node_id k = 0; k <= g.id(y.ref(), "test"); ++k) {
    for (auto s = g.scope_of(k); s != 0; s = g.scope_parent(s)) scopes.insert(std::string(g.scope_name(s)));
    names.insert(std::string(g.name(k)));
  }
  for (const auto* scope : {"norm1", "qkv", "up", "embed"}) CHECK_MESSAGE(scopes.contains(scope), scope);
  CHECK(names.contains("bias"));
  CHECK(names.contains("place"));
}
