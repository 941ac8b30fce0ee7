// What layers hold besides shapes: dropout and its masks, first weights, copies, modes, and the names of their scopes.

#include <autodiff/array/parallel.hpp>
#include <autodiff/autodiff.hpp>
#include <autodiff/run/replay.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <nn/layer/layers.hpp>

using namespace seegrad;

namespace {

auto zeros_in(const array& x) -> index_t {
  index_t n = 0;
  for (const auto v : x.to_vector<double>()) n += v == 0;
  return n;
}

// Uniform numbers between -b and b have the mean square b * b / 3, and the largest of n is above b (1 - 10 / n) but for one time
// in 20000.
auto is_uniform_within(const nn::parameter& p, double bound) -> void {
  CAPTURE(to_string(p.shape()));
  const auto v = p.value().to_vector<double>();
  double largest = 0, mean = 0, squares = 0;
  const auto n = static_cast<double>(v.size());
  for (const auto x : v) largest = std::max(largest, std::abs(x)), mean += x / n, squares += x * x / n;
  CHECK(largest <= bound * (1 + 1e-7));
  CHECK(largest > bound * (1 - 10 / n));
  CHECK(std::abs(mean) < 5 * bound / std::sqrt(3 * n));
  CHECK(std::abs(squares / (bound * bound) - 1.0 / 3) < 5 * std::sqrt(4.0 / 45 / n));
}

/// Without the functions in them.
auto names_of_scopes(const graph& g) -> std::vector<std::string> {
  std::vector<std::string> names;
  for (scope_id s = 1; s < g.scope_count(); ++s)
    if (g.kind_of_scope(s) == scope_kind::part) names.emplace_back(g.scope_name(s));
  return names;
}

struct network {
  nn::sequential<nn::linear, nn::relu, nn::dropout, nn::batch_norm> net{nn::linear(3, 4), nn::relu{}, nn::dropout(0.5),
                                                                        nn::batch_norm(4)};
  std::vector<nn::linear> more = {nn::linear(4, 4), nn::linear(4, 2)};
  nn::linear hidden1{2, 2};
  auto operator()(const tensor& x) -> tensor { return hidden1(more[1](more[0](net(x)))); }
};

}  // namespace

TEST_CASE("dropout drops its share, and keeps the sum by scaling the rest") {
  constexpr index_t n = 100000;
  for (const double p : {0.1, 0.5, 0.75}) {
    graph g;
    nn::dropout drop(p);
    const auto x = input(full({n}, 3.0));
    const auto y = drop(x);
    // Five standard deviations of a sum of n coins.
    CHECK(std::abs(static_cast<double>(zeros_in(y.value())) / n - p) < 5 * std::sqrt(p * (1 - p) / n));
    backward(sum(y));
    const auto v = y.value().to_vector<double>(), slopes = grad(x).to_vector<double>();
    bool right = true;
    for (std::size_t i = 0; i < v.size(); ++i)
      right = right &&
              (v[i] == 0 ? slopes[i] == 0 : std::abs(v[i] * (1 - p) - 3) < 1e-12 && std::abs(slopes[i] * (1 - p) - 1) < 1e-12);
    CHECK(right);
  }
}

TEST_CASE("dropout in use, with nothing to drop, and with everything") {
  graph g;
  const auto x = input(array{1.0, 2.0, -3.0});
  nn::dropout used(0.5), none(0), all(1);
  nn::eval(used);
  const auto state = used.random.save();
  CHECK(used(x).ref() == x.ref());
  CHECK(used.random.save() == state);
  CHECK(none(x).ref() == x.ref());
  const auto y = all(x);
  CHECK(zeros_in(y.value()) == 3);
  backward(sum(y));
  CHECK(zeros_in(grad(x)) == 3);
  nn::train(used);
  CHECK(used(tensor(ones({1000}))).value().at(0) != 1);
  CHECK(used(tensor(ones({4}, float32))).type() == float32);
}

TEST_CASE("masks follow from the seed alone") {
  const tensor x = ones({1000});
  const auto masks = [&] {
    nn::dropout a(0.5), b(0.5);
    return std::array{a(x).value(), a(x).value(), b(x).value()};
  };
  nn::manual_seed(5);
  const auto first = masks();
  nn::manual_seed(5);
  const auto again = masks();
  nn::manual_seed(6);
  const auto other = masks();
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(identical(first[i], again[i]));
    CHECK_FALSE(identical(first[i], other[i]));
  }
  CHECK_FALSE(identical(first[0], first[1]));
  CHECK_FALSE(identical(first[0], first[2]));

  nn::dropout drop(0.5);
  auto copy = drop;
  const tensor large = ones({300000});
  const auto alone = drop(large).value();
  set_num_threads(4);
  const auto together = copy(large).value();
  set_num_threads(1);
  CHECK(identical(alone, together));
}

TEST_CASE("dropout2d drops whole channels") {
  nn::dropout2d drop(0.5);
  for (const auto& shape : {dims{20, 30, 3, 4}, dims{20, 30, 12}}) {
    const auto y = reshape(drop(tensor(ones(shape))).value(), {600, 12});
    const auto dropped = zeros_in(slice(y, 1, 0, 1));
    CHECK(std::abs(static_cast<double>(dropped) / 600 - 0.5) < 5 * 0.5 / std::sqrt(600.0));
    CHECK(zeros_in(y) == 12 * dropped);
    CHECK(y.to_vector<double>() == reshape(repeat(slice(y, 1, 0, 1), 12, 1), {600, 12}).to_vector<double>());
    CHECK(max(y).item() == 2);
  }
  nn::eval(drop);
  CHECK(identical(drop(tensor(ones({2, 3, 4}))).value(), ones({2, 3, 4})));
}

TEST_CASE("first weights are distributed as PyTorch's") {
  nn::manual_seed(1);
  const nn::linear l(50, 40);
  is_uniform_within(l.weight, 1 / std::sqrt(50.0));
  is_uniform_within(*l.bias, 1 / std::sqrt(50.0));
  const nn::bilinear b(20, 30, 40);
  is_uniform_within(b.weight, 1 / std::sqrt(20.0));
  is_uniform_within(*b.bias, 1 / std::sqrt(20.0));
  const nn::conv2d c(4, 60, {3, 5}, {.groups = 2});
  is_uniform_within(c.weight, 1 / std::sqrt(2 * 15.0));
  is_uniform_within(*c.bias, 1 / std::sqrt(2 * 15.0));
  is_uniform_within(nn::conv1d(6, 30, 7).weight, 1 / std::sqrt(6 * 7.0));
  const nn::conv_transpose2d u(20, 60, {3, 5}, {.groups = 2});
  is_uniform_within(u.weight, 1 / std::sqrt(30 * 15.0));
  is_uniform_within(*u.bias, 1 / std::sqrt(30 * 15.0));
  is_uniform_within(nn::conv_transpose1d(20, 6, 4).weight, 1 / std::sqrt(6 * 4.0));
  nn::lstm r(10, 25, {.num_layers = 2, .bidirectional = true});
  for (const auto& [name, p] : nn::parameters(r)) is_uniform_within(*p, 1 / std::sqrt(25.0));
  is_uniform_within(nn::gru(3, 16).directions[0].weight_hh, 1 / std::sqrt(16.0));

  const nn::multi_head_attention a(32, 4);
  is_uniform_within(a.in_proj_weight, std::sqrt(6.0 / (32 + 3 * 32)));
  is_uniform_within(a.out_proj.weight, 1 / std::sqrt(32.0));
  CHECK(identical(a.in_proj_bias->value(), zeros({96}, float32)));
  CHECK(identical(a.out_proj.bias->value(), zeros({32}, float32)));

  const nn::embedding e(200, 50, {.padding_idx = 3});
  CHECK(zeros_in(e.weight.value()) == 50);
  CHECK(zeros_in(take(e.weight.value(), 3)) == 50);
  const auto rest = slice(e.weight.value(), 0, 4, 200);
  CHECK(std::abs(mean(rest).item()) < 5 / std::sqrt(9800.0));
  CHECK(std::abs(mean(square(rest)).item() - 1) < 5 * std::sqrt(2 / 9800.0));

  const nn::batch_norm n(3);
  CHECK(identical(n.weight->value(), ones({3}, float32)));
  CHECK(identical(n.bias->value(), zeros({3}, float32)));
  CHECK(identical(n.running_mean->value, zeros({3}, float32)));
  CHECK(identical(n.running_var->value, ones({3}, float32)));
  CHECK(identical(nn::layer_norm({2, 3}).weight->value(), ones({2, 3}, float32)));
  CHECK(identical(nn::prelu(2).weight.value(), full({2}, 0.25, float32)));
}

TEST_CASE("two programs that seed alike have the same weights") {
  nn::manual_seed(3);
  network one;
  nn::manual_seed(3);
  network two;
  network three;
  const auto a = nn::parameters(one), b = nn::parameters(two), c = nn::parameters(three);
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(identical(a[i].parameter->value(), b[i].parameter->value()));
  CHECK_FALSE(identical(a[0].parameter->value(), c[0].parameter->value()));
  CHECK_FALSE(identical(one.more[0].weight.value(), slice(one.net.get<0>().weight.value(), 1, 0, 4)));
}

TEST_CASE("a model's shapes are known without running it, and it stays as it was") {
  network model;
  const auto usual = [&] {
    graph g;
    return model(tensor(ones({5, 3}, float32))).shape();
  }();
  const auto running = model.net.get<3>().running_mean->value.copy();
  graph g(shapes_only);
  const auto y = model(input(ones({5, 3}, float32)));
  CHECK(y.shape() == usual);
  CHECK(y.type() == float32);
  CHECK(identical(model.net.get<3>().running_mean->value, running));
  CHECK(all(y.value() == 0.0));  // a stand-in
}

TEST_CASE("a copy of a model goes its own way") {
  network model;
  graph g;
  const tensor x = randn(nn::default_generator(), {5, 3}, float32);
  const auto weights = model.net.get<0>().weight.value().copy(), running = model.net.get<3>().running_mean->value.copy();
  auto copy = model;
  auto second = copy;
  const auto of_first = copy(x).value(), of_second = second(x).value(), of_later = copy(x).value();
  CHECK(identical(of_first, of_second));  // a copy has the generator of dropout where it was
  CHECK_FALSE(identical(of_first, of_later));
  copy.net.get<0>().weight = copy.net.get<0>().weight.value() * 2.0;
  nn::eval(copy);
  CHECK(identical(model.net.get<0>().weight.value(), weights));
  CHECK(identical(model.net.get<3>().running_mean->value, running));
  CHECK_FALSE(identical(copy.net.get<3>().running_mean->value, running));
  CHECK(model.net.get<2>().mode.training);
  const auto of_copy = sum(copy(x));
  backward(of_copy);
  CHECK(nn::has_grad(copy.hidden1.weight));
  CHECK_FALSE(nn::has_grad(model.hidden1.weight));
}

TEST_CASE("modes reach layers inside layers") {
  nn::sequential net{nn::residual{nn::sequential{nn::dropout(0.5), nn::batch_norm(2)}}, nn::transformer_encoder_layer(2, 1),
                     nn::positional_encoding(2, 4)};
  nn::eval(net);
  int modes = 0;
  nn::each<nn::mode>(net, [&](const nn::mode& m, const nn::path*) {
    ++modes;
    CHECK_FALSE(m.training);
  });
  CHECK(modes == 2 + 4 + 1);
  nn::train(net);
  nn::each<nn::mode>(net, [&](const nn::mode& m, const nn::path*) { CHECK(m.training); });
  nn::lstm r(2, 2, {.num_layers = 2, .dropout = 1});
  const tensor x = ones({3, 1, 2}, float32);
  const auto trained = r(x).output.value();
  nn::eval(r);
  CHECK_FALSE(identical(trained, r(x).output.value()));
}

TEST_CASE("batch_norm keeps its type, whatever comes in") {
  nn::batch_norm bn(2);
  (void)bn(array{{1.0, 2.0}, {3.0, 5.0}});
  CHECK(bn.running_mean->value.type() == float32);
  CHECK(bn.running_var->value.type() == float32);
}

TEST_CASE("attention looks at what it is given, though views of one array begin at the same number") {
  nn::manual_seed(2);
  nn::multi_head_attention attend(4, 2, {.type = float64});
  const array x = randn(nn::default_generator(), {4, 4, 4});
  const array first = slice(x, 0, 0, 2), across = swap_axes(x, 0, 1);
  CHECK(identical(attend(first, x, x).value(), attend(first.copy(), x, x).value()));
  CHECK(identical(attend(x, across, across).value(), attend(x, across.copy(), across.copy()).value()));
  CHECK(all_close(attend(x).value(), attend(x, x.copy(), x.copy()).value(), 1e-13, 1e-15));
}

TEST_CASE("scopes are named by members, with the type where the member is a number") {
  network model;
  graph g;
  const tensor x = ones({2, 3}, float32);
  (void)model(x);
  CHECK(names_of_scopes(g) == std::vector<std::string>{"linear", "batch_norm", "linear", "linear", "linear"});
  nn::parameters(model);  // as every function on the whole model
  graph named;
  (void)model(x);
  CHECK(names_of_scopes(named) ==
        std::vector<std::string>{"net.0 linear", "net.3 batch_norm", "more.0 linear", "more.1 linear", "hidden1"});
  CHECK(model.hidden1.label.type() == "linear");
  nn::name_layers(model.net);
  CHECK(model.net.get<0>().label.name() == "0 linear");
  nn::name_layers(model.hidden1);  // alone, it is no member
  CHECK(model.hidden1.label.name() == "hidden1");

  nn::label l("conv2d");
  for (const auto& [member, name] :
       {std::pair{"12", "12 conv2d"}, {"a.b", "a.b"}, {"a.1b", "a.1b"}, {"3.weights", "3.weights"}, {"", "conv2d"}}) {
    l.set(member);
    CHECK(l.name() == name);
  }
  struct block {
    nn::multi_head_attention self_attn{4, 2};
  } b;
  nn::name_layers(b);
  graph nested;
  (void)b.self_attn(ones({2, 1, 4}, float32));
  REQUIRE(names_of_scopes(nested) == std::vector<std::string>{"self_attn", "self_attn.out_proj"});
  CHECK(nested.scope_parent(static_cast<scope_id>(nested.scope_count() - 1)) == 1);
}

namespace {
struct constant_call {
  nn::linear first{3, 4};
  nn::batch_norm norm{4};
  nn::dropout drop{0.5};
  nn::sequential<nn::linear, nn::dropout> rest{nn::linear(4, 4), nn::dropout(0.5)};
  nn::lstm memory{4, 2};
  nn::multi_head_attention look{4, 2};
  auto operator()(const tensor& x) const -> tensor {
    const auto h = unsqueeze(rest(drop(norm(first(x)))), 0);
    return sum(memory(h).output) + sum(look(h));
  }
};
}  // namespace

TEST_CASE("every layer works in a call operator that is const") {
  graph g;
  constant_call model;
  backward(model(ones({2, 3}, float32)));
  CHECK(nn::has_grad(model.first.weight));
  CHECK(model.norm.num_batches_tracked->value.item() == 1);
}

TEST_CASE("a mask is drawn again wherever the record is run") {
  graph g;
  nn::manual_seed(3);
  nn::dropout drop(0.5);
  const auto x = input(ones({64}));
  const auto first = drop(x), second = drop(x);
  const auto k = g.id(first.ref(), "test"), at = g.operands(k)[1];
  CHECK(g.is_constant(at));
  const auto position = [&](const tensor& y) { return g.array_value(g.operands(g.id(y.ref(), "test"))[1]); };
  const auto slope = recorded_gradient(sum(first * array(arange(64))), std::array{x})[0];
  const auto last = g.id(slope.ref(), "test");
  const auto same = seegrad::detail::replay_arrays(g, last, {}, {});
  CHECK(identical(same.array_at(k), first.value()));
  const auto other = seegrad::detail::replay_arrays(g, last, std::array{at}, std::array{position(second)});
  CHECK(identical(other.array_at(k), second.value()));
  CHECK(identical(other.array_at(last), second.value() * arange(64)));
  CHECK_FALSE(identical(first.value(), second.value()));
}
