// Models with something wrong, each of which nn::diagnose is to tell, at the layer where it is.

#include "diagnose_support.hpp"

#include <algorithm>

namespace {

struct faulty {
  nn::linear first{8, 32}, second{32, 32}, third{32, 32}, last{32, 4};
  auto deep(const tensor& x, auto f) const -> tensor { return last(f(third(f(second(f(first(x))))))); }
};

auto labelled(index_t samples = 64) -> nn::dataset {
  generator r(7);
  const array y = randint(r, {samples}, 0, 4);
  return {take(randn(r, {4, 8}, float32), y) + 0.5 * randn(r, {samples, 8}, float32), y};
}

constexpr auto by_relu = [](const tensor& x) { return relu(x); };
constexpr auto by_tanh = [](const tensor& x) { return tanh(x); };
constexpr auto by_sigmoid = [](const tensor& x) { return sigmoid(x); };

auto told(const nn::diagnosis& d, std::string_view where, std::string_view text, annotation::mood at_least) -> bool {
  return std::any_of(d.findings.begin(), d.findings.end(), [&](const nn::finding& f) {
    const bool enough = at_least == annotation::mood::plain || f.how == annotation::mood::bad ||
                        (f.how == annotation::mood::doubtful && at_least == annotation::mood::doubtful);
    return enough && f.where.find(where) != std::string::npos && f.text.find(text) != std::string::npos;
  });
}

constexpr auto bad = annotation::mood::bad, doubtful = annotation::mood::doubtful, plain = annotation::mood::plain;

/// The model is changed by `spoil`, and its loss is diagnosed after no step, from three first weights.
template <class M, class Spoil, class Loss>
auto broken_in(const std::string& name, Spoil spoil, Loss loss_of, std::string_view where, std::string_view text,
               annotation::mood at_least = bad, int steps = 0, double lr = 0.1) -> void {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    CAPTURE(name);
    CAPTURE(seed);
    nn::manual_seed(seed);
    const auto d = said_after(
        steps,
        [&] {
          M m;
          spoil(m);
          return m;
        },
        loss_of, nn::sgd{{.lr = lr}});
    CHECK_MESSAGE(told(d, where, text, at_least), d.text());
  }
}

template <class Spoil, class Loss, class... More>
auto broken(const std::string& name, Spoil spoil, Loss loss_of, More... more) -> void {
  broken_in<faulty>(name, spoil, loss_of, more...);
}

constexpr auto nothing = [](auto&) {};
auto scaled(nn::parameter& p, double by) -> void { p = p.value() * by; }

}  // namespace

TEST_CASE("units that are dead or saturated, weights that are too large, too small, equal or 0") {
  const auto data = labelled();
  const auto loss = [&](auto f) {
    return [&data, f](faulty& m) { return nn::cross_entropy(m.deep(data.inputs, f), data.targets); };
  };
  broken(
      "dead relus", [](faulty& m) { nn::init::constant(*m.second.bias, -20); }, loss(by_relu), "relu", "32 of 32 units are 0");
  broken(
      "dead relus", [](faulty& m) { nn::init::constant(*m.second.bias, -20); }, loss(by_relu), "behind second", "dead");
  broken(
      "behind which nothing learns", [](faulty& m) { nn::init::constant(*m.second.bias, -20); }, loss(by_relu), "first",
      "gradient is 0 everywhere");
  broken(
      "saturated tanh", [](faulty& m) { scaled(m.first.weight, 50); }, loss(by_tanh), "behind first", "saturated", doubtful);
  broken(
      "saturated sigmoid", [](faulty& m) { scaled(m.second.weight, 500); }, loss(by_sigmoid), "behind second", "saturated",
      doubtful);
  broken(
      "vanishing gradients",
      [](faulty& m) { scaled(m.first.weight, 1e-3), scaled(m.second.weight, 1e-3), scaled(m.third.weight, 1e-3); }, loss(by_tanh),
      "first", "gradient vanishes", doubtful);
  broken(
      "exploding gradients",
      [](faulty& m) { scaled(m.first.weight, 30), scaled(m.second.weight, 30), scaled(m.third.weight, 30); }, loss(by_relu),
      "last", "gradient explodes");
  broken(
      "sure and wrong", [](faulty& m) { scaled(m.last.weight, 5000); }, loss(by_relu), "last", "sure and wrong");
  const auto zeros = [](faulty& m) {
    for (auto* p : nn::parameter_list(m)) nn::init::zeros(*p);
  };
  broken("zeros everywhere", zeros, loss(by_tanh), "first", "gradient is 0 everywhere", plain);
  broken("zeros everywhere", zeros, loss(by_tanh), "first", "units are and stay equal");
  broken(
      "one number everywhere",
      [](faulty& m) {
        for (auto* p : nn::parameter_list(m)) nn::init::constant(*p, 0.1);
      },
      loss(by_tanh), "second", "all 32 units are and stay equal");
  broken("a large step kills", nothing, loss(by_relu), "", "", bad, 3, 300.0);
  broken("a large step saturates", nothing, loss(by_tanh), "behind", "saturated", doubtful, 3, 100.0);
}

TEST_CASE("numbers that are not finite") {
  const auto data = labelled();
  const auto loss = [&](faulty& m) { return nn::cross_entropy(m.deep(data.inputs, by_relu), data.targets); };
  const auto of = [&](array x) { return [&data, x](faulty& m) { return nn::cross_entropy(m.deep(x, by_tanh), data.targets); }; };
  auto nan = data.inputs.copy(), inf = data.inputs.copy();
  nan.set(NAN, 5, 2), inf.set(INFINITY, 5, 2);
  broken("NaN in the data", nothing, of(nan), "first", "the data are not finite: NaN in 1 of 512 numbers");
  broken(
      "NaN in weights",
      [](faulty& m) {
        auto w = m.third.weight.value().copy();
        w.set(NAN, 0, 0), m.third.weight = w;
      },
      loss, "third", "the weights are not finite: NaN in 1 of 1024");
  broken(
      "inf in weights",
      [](faulty& m) {
        auto w = m.second.weight.value().copy();
        w.set(INFINITY, 0, 0), m.second.weight = w;
      },
      loss, "second", "the weights are not finite: inf");
  broken(
      "inf in the data", nothing, [&](faulty& m) { return nn::cross_entropy(m.last(m.first(inf)), data.targets); }, "first",
      "the data are not finite");
  const array signs = sign(randn(nn::default_generator(), {64, 4}, float32));
  broken(
      "log of 0", nothing, [&](faulty& m) { return -mean(log(relu(m.deep(data.inputs, by_relu) * signs))); }, "log",
      "gives -inf");
  broken(
      "a product with log of 0", nothing,
      [&](faulty& m) { return -sum(tensor(array(0.0f)) * log(relu(m.deep(data.inputs, by_relu) * signs))); }, "log",
      "gives -inf");
  broken(
      "overflow", [](faulty& m) { scaled(m.last.weight, 1e6); },
      [&](faulty& m) { return mean(exp(m.deep(data.inputs, by_relu))); }, "exp", "gives inf");
  broken(
      "root of a weight that is 0", [](faulty& m) { nn::init::zeros(*m.last.bias); },
      [&](faulty& m) { return mean(square(m.deep(data.inputs, by_relu))) + 1e-3 * sum(sqrt((*m.last.bias)())); }, "sqrt",
      "the derivative of sqrt is not finite");
  auto wrong = randn(nn::default_generator(), {64, 4}, float32);
  wrong.set(NAN, 0, 0);
  broken(
      "NaN in the targets", nothing, [=](faulty& m) { return nn::mse_loss(m.deep(data.inputs, by_relu), wrong); }, "",
      "the data are not finite");
  broken(
      "a huge learning rate", nothing,
      [=](faulty& m) {
        return nn::mse_loss(m.last(m.first(data.inputs)), zeros({64, 4}, float32));
      },
      "", "", bad, 6, 30.0);

  struct attends {
    nn::linear into{8, 16};
    nn::multi_head_attention look{16, 4, {.batch_first = true}};
  };
  array over = zeros({8, 8}, boolean);
  for (index_t t = 0; t < 8; ++t) over.set(1, 3, t);
  broken_in<attends>(
      "a row that is masked altogether", nothing,
      [&](attends& m) {
        return mean(square(m.look(m.into(reshape(data.inputs, {8, 8, 8})), {.key_padding_mask = over})));
      },
      "look", "32 of 256 rows are masked altogether", plain);
}

TEST_CASE("losses that are not what was meant, and layers that do not learn") {
  const auto data = labelled();
  broken(
      "softmax twice", nothing, [&](faulty& m) { return nn::cross_entropy(softmax(m.deep(data.inputs, by_relu)), data.targets); },
      "behind last", "log_softmax of softmax");
  const array yes = (data.targets > 1).cast(float32), column = reshape(yes, {64, 1});
  const auto one = [](const faulty& m, const array& x) { return slice(m.deep(x, by_relu), 1, 0, 1); };
  broken(
      "sigmoid twice", nothing,
      [&](faulty& m) { return nn::binary_cross_entropy_with_logits(sigmoid(one(m, data.inputs)), column); }, "behind last",
      "log_sigmoid of sigmoid");
  broken(
      "targets across predictions", nothing, [&](faulty& m) { return mean(square(one(m, data.inputs) - yes)); }, "behind last",
      "every prediction beside every target");
  broken(
      "one class", nothing, [&](faulty& m) { return nn::cross_entropy(one(m, data.inputs), zeros({64}, int64)); },
      "cross_entropy", "softmax over one class");
  const auto many = labelled(4096);
  broken(
      "a sum in place of a mean", nothing,
      [&](faulty& m) { return nn::cross_entropy(m.deep(many.inputs, by_relu), many.targets, {.reduction = nn::reduction::sum}); },
      "", "a sum of 4096 numbers and not their mean", doubtful);
  broken(
      "targets of another size", nothing,
      [&](faulty& m) {
        return nn::mse_loss(m.deep(data.inputs * 1e4, by_relu), zeros({64, 4}, float32));
      },
      "last", "where the targets are");
  broken(
      "a frozen layer", [](faulty& m) { nn::freeze(m.second); },
      [&](faulty& m) { return nn::cross_entropy(m.deep(data.inputs, by_relu), data.targets); }, "second",
      "1024 numbers are frozen", plain);
  broken(
      "a layer that leads nowhere", nothing,
      [&](faulty& m) {
        (void)m.third(m.first(data.inputs));
        return nn::cross_entropy(m.last(relu(m.first(data.inputs))), data.targets);
      },
      "third", "does not reach the loss", doubtful);
  broken(
      "a layer behind which the graph was left", nothing,
      [&](faulty& m) {
        const tensor h = relu(m.first(data.inputs)).value();
        return nn::cross_entropy(m.last(h), data.targets);
      },
      "first", "does not reach the loss", doubtful);
  struct normed {
    nn::batch_norm norm{8};
    nn::linear last{8, 4};
  };
  auto still = data.inputs.copy();
  for (index_t i = 0; i < 64; ++i) still.set(3.7, i, 2);
  broken_in<normed>(
      "a constant feature", nothing, [&](normed& m) { return nn::cross_entropy(m.last(m.norm(still)), data.targets); }, "norm",
      "1 of 8 features are the same for all samples", doubtful);
}

TEST_CASE("of two losses in a graph, neither is accused of what leads to the other") {
  const auto data = labelled();
  faulty m;
  nn::name_layers(m);
  graph g;
  const tensor h = relu(m.first(data.inputs)), other = mean(square(m.second(h))), J = nn::cross_entropy(m.last(h), data.targets);
  backward(J);
  CHECK(accusations(nn::diagnose(J)) == "");
}

TEST_CASE("what is said of few dead units is a fact and no fault, and stands in the picture") {
  const auto data = labelled();
  nn::manual_seed(2);
  faulty m;
  nn::name_layers(m);
  auto b = zeros({32}, float32);
  b.set(-50, 3), b.set(-50, 4), m.first.bias = b;
  graph g;
  const auto J = nn::cross_entropy(m.deep(data.inputs, by_relu), data.targets);
  backward(J);
  const auto d = nn::diagnose(J);
  CHECK(accusations(d) == "");
  CHECK(told(d, "behind first", "of 32 units are 0 for all samples (dead)", plain));
  CHECK(d.text().find("· relu #4 behind first: ") != std::string::npos);
  REQUIRE(d.notes.size() >= 1);
  CHECK(d.notes.begin()->second.how == plain);
}
