// Losses at the extremes, at kinks, with labels and operands that do not fit, and what they record. loss_oracle_test.cpp has
// the numbers.

#include <autodiff/autodiff.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <nn/loss/loss.hpp>
#include <string>

using namespace seegrad;

namespace {

using list = std::vector<tensor>;
using loss_function = std::function<tensor(const list&)>;

// A loss and the gradient of its only traced operand.
auto slope(const array& x, auto f) -> std::pair<double, array> {
  graph g;
  const auto t = input(x);
  const auto y = f(t);
  backward(y);
  CHECK(y.type() == x.type());
  return {y.value().item(), grad(t)};
}

// Of fractions inputs are made, so that something could be recorded before the error is found.
auto message_of(const loss_function& f, const std::vector<array>& of) -> std::string {
  graph g;
  list x;
  for (const auto& a : of) x.push_back(a.is_floating() ? input(a) : tensor(a));
  const auto before = g.size();
  try {
    (void)f(x);
  } catch (const error& e) {
    CHECK(g.size() == before);
    return e.what();
  }
  return "nothing was thrown";
}

using how = nn::reduction;  // seegrad::reduction is of arrays
const auto none = how::none;

}  // namespace

TEST_CASE("cross entropy at logits of 1e4") {
  const array z({{1e4, -1e4, 0.0}, {1e4, -1e4, 0.0}}, float32);
  const auto [loss, d] = slope(z, [](const tensor& x) { return nn::cross_entropy(x, array{0, 1}, {.reduction = how::sum}); });
  CHECK(loss == 2e4);  // -log 1 and 2e4
  CHECK(identical(d, array({{0.0, 0.0, 0.0}, {1.0, -1.0, 0.0}}, float32)));
  const auto [smooth, e] = slope(z, [](const tensor& x) { return nn::cross_entropy(x, array{0, 1}, {.label_smoothing = 0.3}); });
  CHECK(smooth == doctest::Approx((0.1 * 3e4 + 0.7 * 2e4 + 0.1 * 3e4) / 2).epsilon(1e-6));
  CHECK(all_close(e, array({{0.1, -0.05, -0.05}, {0.45, -0.4, -0.05}}, float32), 1e-5, 1e-7));
  const auto soft = [](const tensor& x) { return nn::cross_entropy(x, array{{0.5, 0.5, 0.0}, {0.0, 0.0, 1.0}}); };
  CHECK(slope(z, soft).first == doctest::Approx((1e4 + 1e4) / 2));
  CHECK(all(isfinite(slope(z, soft).second)));
}

TEST_CASE("a class that was ruled out, and a row that does not count") {
  const auto inf = std::numeric_limits<double>::infinity();
  const array z({{-inf, 0.0, 0.0}, {-inf, 3.0, 1.0}}, float32);
  const auto [loss, d] = slope(z, [](const tensor& x) { return nn::cross_entropy(x, array{1, -100}); });
  CHECK(loss == doctest::Approx(std::log(2.0)));
  CHECK(all_close(d, array({{0.0, -0.5, 0.5}, {0.0, 0.0, 0.0}}, float32)));
  graph g;
  CHECK(std::isnan(nn::cross_entropy(z, array{-100, -100}).value().item()));
  CHECK(nn::cross_entropy(z, array{-100, -100}, {.reduction = how::sum}).value().item() == 0);
}

TEST_CASE("binary cross entropy at logits of 1e4, and at probabilities of 0 and 1") {
  const array z({1e4, -1e4, 1e4, -1e4, 0.0}, float32), t({1.0, 0.0, 0.0, 1.0, 0.5}, float32);
  const auto each = nn::binary_cross_entropy_with_logits(z, t, {.reduction = none}).value();
  CHECK(all_close(each, array({0.0, 0.0, 1e4, 1e4, std::log(2.0)}, float32), 1e-6, 0));
  const auto sum_of = [&](const tensor& x) {
    return nn::binary_cross_entropy_with_logits(x, t, {.reduction = how::sum, .pos_weight = array{2.0}});
  };
  CHECK(all_close(slope(z, sum_of).second, array({0.0, 0.0, 1.0, -2.0, -0.25}, float32)));
  // log(1 + e⁻²⁰), which float32 has no room for beside 20
  const auto near_0 = nn::binary_cross_entropy_with_logits(array({20.0}, float32), 1.0).value().item();
  CHECK(std::abs(near_0 / 2.0611536181902e-9 - 1) < 1e-5);

  const array p({0.0, 1.0, 0.0, 1.0, 1e-40}, float32), q({0.0, 1.0, 1.0, 0.0, 1.0}, float32);
  const auto of_p = nn::binary_cross_entropy(p, q, {.reduction = none}).value();
  CHECK(all_close(of_p, array({0.0, 0.0, 100.0, 100.0, 40 * std::log(10.0)}, float32), 1e-4, 0));
  const auto d = slope(p, [&](const tensor& x) { return nn::binary_cross_entropy(x, q, {.reduction = how::sum}); }).second;
  CHECK(all_close(d, array({0.0, 0.0, -1e12, 1e12, -1e12}, float32)));
  graph g;  // PyTorch has no gradient by the target: (log(1 - p) - log p) / n
  const auto target = input(array{0.25, 1.0});
  backward(nn::binary_cross_entropy(array{0.2, 0.6}, target));
  CHECK(all_close(grad(target), array{std::log(0.8 / 0.2) / 2, std::log(0.4 / 0.6) / 2}, 1e-12));
}

TEST_CASE("the other losses at numbers of 1e4, of either sign, and at 0") {
  const auto numbers = [](double k) { return array({{k, -k, 0.0}, {-k, -k, k}}, float32); };
  const array opposite({{-1e4, 1e4, 0.0}, {1e4, 0.0, 0.0}}, float32), signs({{1.0, -1.0, 1.0}, {-1.0, 1.0, -1.0}}, float32);
  using named = std::pair<const char*, loss_function>;
  const named losses[] = {
      {"mse", [&](const list& x) { return nn::mse_loss(x[0], opposite); }},
      {"l1", [&](const list& x) { return nn::l1_loss(x[0], opposite); }},
      {"huber", [&](const list& x) { return nn::huber_loss(x[0], opposite); }},
      {"smooth_l1", [&](const list& x) { return nn::smooth_l1_loss(x[0], opposite); }},
      {"hinge", [&](const list& x) { return nn::hinge_loss(x[0], signs); }},
      {"hinge_embedding", [&](const list& x) { return nn::hinge_embedding_loss(x[0], signs); }},
      {"kl_div", [&](const list& x) { return nn::kl_div(log_softmax(x[0], 1), softmax(opposite, 1)); }},
      {"kl_div log",
       [&](const list& x) { return nn::kl_div(log_softmax(x[0], 1), log_softmax(opposite, 1), {.log_target = true}); }},
      {"cosine", [&](const list& x) { return sum(nn::cosine_similarity(x[0], opposite)); }},
      {"cosine_embedding",
       [&](const list& x) {
         return nn::cosine_embedding_loss(x[0], opposite, array{1, -1});
       }},
      {"triplet", [&](const list& x) { return nn::triplet_margin_loss(x[0], opposite, signs); }},
      {"triplet, equal", [&](const list& x) { return nn::triplet_margin_loss(x[0], x[0], x[0], {.eps = 0}); }},
  };
  for (const auto& one : losses)
    for (const double k : {1e4, -1e4, 0.0, 1e-30}) {
      CAPTURE(one.first);
      CAPTURE(k);
      const auto at = slope(numbers(k), [&](const tensor& x) { return one.second({x}); });
      CHECK(std::isfinite(at.first));
      CHECK(all(isfinite(at.second)));
    }
  CHECK(nn::huber_loss(array({1e30}, float32), 0.0).value().item() == doctest::Approx(1e30));
}

TEST_CASE("kinks have the slope between the two sides") {
  const auto d = [](double x, auto f) { return slope(array{x}, f).second.at(0); };
  CHECK(d(0, [](const tensor& x) { return nn::l1_loss(x, 0.0); }) == 0);
  CHECK(d(0, [](const tensor& x) { return nn::huber_loss(x, 0.0); }) == 0);
  CHECK(d(2, [](const tensor& x) { return nn::huber_loss(x, 0.0, {.delta = 2}); }) == 2);
  CHECK(d(1, [](const tensor& x) { return nn::hinge_loss(x, array{1.0}); }) == 0);
}

TEST_CASE("data take the type of the input, and numbers its shape") {
  const array x({{0.5, -1.0}}, float32);
  CHECK(nn::mse_loss(x, array{{0.0, 0.0}}).type() == float32);
  CHECK(nn::mse_loss(x, array{{0, 1}}).value().item() == doctest::Approx((0.25 + 4) / 2));
  CHECK(nn::mse_loss(x, 1.0).value().item() == doctest::Approx((0.25 + 4) / 2));
  CHECK(nn::mse_loss(x, 1.0).type() == float32);
  CHECK(nn::mse_loss(array{1, 2}, array{0.5, 0.5}).value().item() == doctest::Approx((0.25 + 2.25) / 2));
  CHECK(nn::binary_cross_entropy_with_logits(x, array{{true, false}}).type() == float32);
  CHECK(nn::binary_cross_entropy_with_logits(x, array{{true, false}}, {.weight = array{1.0, 2.0}}).type() == float32);
  CHECK(nn::cross_entropy(x, array{1}, {.weight = array{1.0, 2.0}}).type() == float32);
  CHECK(nn::cross_entropy(x, array{{0.5, 0.5}}).type() == float32);
  CHECK(nn::hinge_loss(x, array{{1, -1}}).type() == float32);
  graph g;
  const auto a = input(2.0, "a");
  backward(nn::mse_loss(array{1.0, 4.0}, a));  // of a scalar as target: the mean of 2 (a - x)
  CHECK(grad(a) == doctest::Approx(-1));
}

TEST_CASE("cross entropy records six nodes, whatever the batch") {
  graph g;
  const auto z = input(zeros({64, 10}));
  const array labels = zeros({64}, int64);
  const auto before = g.size();
  const auto J = nn::cross_entropy(z, labels);
  CHECK(g.size() - before == 6);  // log_softmax, the labels, gather, sum, and the factor with its constant
  CHECK(J.shape() == dims{});
}

TEST_CASE("of many classes the labels' logarithms alone are recorded, with the same numbers") {
  generator r(1);
  const array logits = randn(r, {6, 1100}), labels = randint(r, {6}, 0, 1100), weight = rand(r, {1100});
  for (const auto& o : {nn::cross_entropy_options{},
                        {.weight = weight},
                        {.reduction = nn::reduction::none},
                        {.ignore_index = labels.data<std::int64_t>()[2]}}) {
    graph g;
    const auto z = input(logits);
    const auto before = g.size();
    const auto J = nn::cross_entropy(z, labels, o),
               slowly = nn::nll_loss(log_softmax(z, 1), labels, {o.weight, o.ignore_index, o.reduction});
    CHECK(g.op(g.id(J.ref(), "")) == g.op(g.id(slowly.ref(), "")));
    CHECK(g.op(static_cast<node_id>(before) + 1)->name == "log_softmax_at");
    CHECK(identical(J.value(), slowly.value()));
    CHECK(identical(gradient(sum(J), z), gradient(sum(slowly), z)));
  }
}

TEST_CASE("labels are not changed, may be views, and may change once the loss is recorded") {
  array labels{2, -100, 1, -100};
  const array z{{1.0, 2.0, 3.0}, {0.0, 0.0, 1.0}};
  const array every_other = slice(labels, 0, 0, 4, 2);
  CHECK(nn::cross_entropy(z, every_other).value().item() ==
        doctest::Approx(nn::cross_entropy(z, array{2, 1}).value().item()).epsilon(1e-14));
  (void)nn::cross_entropy(array{{1.0, 2.0}, {0.0, 0.0}, {1.0, 1.0}, {0.0, 1.0}}, array{1, -100, 0, -100});
  (void)nn::cross_entropy(concat(std::vector{z, z}, 0), labels);
  CHECK(identical(labels, array{2, -100, 1, -100}));
  graph g;
  const auto x = input(z);
  auto fleeting = array{0, 1};
  const auto J = nn::cross_entropy(x, fleeting, {.reduction = how::sum});
  fleeting.set(2, 0);
  backward(J);
  CHECK(grad(x).at(0, 0) < 0);
}

TEST_CASE("labels that name no class are told with their place") {
  const array z = zeros({2, 3}), pixels = zeros({1, 3, 2, 2});
  const auto text = [](const array& x, const array& labels, const nn::cross_entropy_options& o = {}) {
    return message_of([&](const list& a) { return nn::cross_entropy(a[0], a[1], o); }, {x, labels});
  };
  CHECK(text(z, {0, 3}) == "cross_entropy: label 3 at [1] is not one of 3 classes, 0 to 2; classes are counted from 0");
  CHECK(text(z, {-1, 0}) ==
        "cross_entropy: label -1 at [0] is not one of 3 classes, 0 to 2; ignore_index names one to pass over");
  CHECK(text(z, {0, -100}, {.ignore_index = -1}).starts_with("cross_entropy: label -100 at [1] is not one of 3"));
  CHECK(text(pixels, {{{0, 1}, {9, 2}}}) == "cross_entropy: label 9 at [0, 1, 0] is not one of 3 classes, 0 to 2");
  CHECK(text(z, {0, 1, 2}) == "cross_entropy: [2x3] logits and [3] int64 labels: int64 of shape [2] is wanted");
  CHECK(text(z, {{0}, {1}}).ends_with("wanted; reshape(labels, (2))?"));
  CHECK(text(z, {0.0, 1.0}).ends_with("wanted; labels.cast(int64) makes them whole"));
  CHECK(text(z, {{0.0, 1.0}}).ends_with("wanted; probabilities have the shape of the logits"));
  CHECK(text(z, {{0, 1, 0}, {1, 0, 0}}).ends_with("wanted; as probabilities, labels.cast(float32)"));
  CHECK(text(z, {true, false}).starts_with("cross_entropy: [2x3] logits and [2] bool labels"));
  CHECK(
      text(z, {0, 1}, {.weight = array{1.0, 2.0}}).starts_with("cross_entropy: [2x3] logits and [2] weights: one for each of 3"));
  CHECK(text(z, {0, 1}, {.label_smoothing = 1.5}).starts_with("cross_entropy: label_smoothing is 1.5"));
  CHECK(text(z, {0, 1}, {.reduction = how::batchmean}).starts_with("cross_entropy: the reduction batchmean"));
  CHECK(text(z, z, {.ignore_index = 0}).starts_with("cross_entropy: ignore_index 0 is for labels"));
  CHECK(text(zeros({}), 0).starts_with("cross_entropy: logits without axes"));
  CHECK(text(zeros({2, 0}), {0, 0}).starts_with("cross_entropy: [2x0] logits: axis 1 has no classes"));
  CHECK(message_of([](const list& a) { return nn::nll_loss(a[0], a[1]); }, {z, array{0, 5}})
            .starts_with("nll_loss: label 5 at [1]"));
}

TEST_CASE("operands that do not fit throw, and nothing is recorded") {
  using named = std::pair<const char*, loss_function>;
  const named pairs[] = {
      {"mse_loss", [](const list& x) { return nn::mse_loss(x[0], x[1]); }},
      {"l1_loss", [](const list& x) { return nn::l1_loss(x[0], x[1]); }},
      {"huber_loss", [](const list& x) { return nn::huber_loss(x[0], x[1]); }},
      {"smooth_l1_loss", [](const list& x) { return nn::smooth_l1_loss(x[0], x[1]); }},
      {"binary_cross_entropy", [](const list& x) { return nn::binary_cross_entropy(x[0], x[1]); }},
      {"binary_cross_entropy_with_logits", [](const list& x) { return nn::binary_cross_entropy_with_logits(x[0], x[1]); }},
      {"hinge_loss", [](const list& x) { return nn::hinge_loss(x[0], x[1]); }},
      {"hinge_embedding_loss", [](const list& x) { return nn::hinge_embedding_loss(x[0], x[1]); }},
      {"kl_div", [](const list& x) { return nn::kl_div(x[0], x[1]); }},
  };
  for (const auto& one : pairs) {
    CAPTURE(one.first);
    const auto said = message_of(one.second, {ones({3, 1}), ones({3})});
    CHECK(said ==
          std::string(one.first) + ": input [3x1] and target [3] differ in shape; reshape(target, input.shape()) would fit");
    CHECK(message_of(one.second, {ones({2, 3}), ones({3})}).ends_with("; expand(target, input.shape()) if it is to be repeated"));
  }
  const auto text = [](const loss_function& f, const std::vector<array>& of) { return message_of(f, of); };
  const auto bce = [](const list& x) { return nn::binary_cross_entropy(x[0], x[1]); };
  CHECK(text(bce, {array{{0.5, 1.5}}, array{{0.0, 1.0}}}) ==
        "binary_cross_entropy: the probability 1.5 at [0, 1] is not between 0 and 1; "
        "for logits there is binary_cross_entropy_with_logits");
  CHECK(text(bce, {array{0.5, 0.5}, array{0.0, -0.5}}) == "binary_cross_entropy: the target -0.5 at [1] is not between 0 and 1");
  const auto hinge = [](const list& x) { return nn::hinge_loss(x[0], x[1]); };
  CHECK(text(hinge, {array{0.5, 0.5}, array{1, 0}}) ==
        "hinge_loss: the target 0 at [1] is neither -1 nor 1; of labels 0 and 1, 2.0 * labels - 1.0");
  const auto weighted = [](const list& x) {
    return nn::binary_cross_entropy_with_logits(x[0], 1.0, {.pos_weight = x[1].value()});
  };
  CHECK(text(weighted, {ones({2, 3}), ones({2})}) ==
        "binary_cross_entropy_with_logits: pos_weight [2] cannot be repeated to the input [2x3]");
  CHECK(text(weighted, {ones({2}), ones({2, 2})}).find("cannot be repeated") != std::string::npos);
  const auto triplet = [](const list& x) { return nn::triplet_margin_loss(x[0], x[1], x[2]); };
  CHECK(text(triplet, {ones({2, 3}), ones({2, 3}), ones({3})}) ==
        "triplet_margin_loss: anchor [2x3], positive [2x3] and negative [3] must have one shape, [N x D] or [D]");
  const auto cosine = [](const list& x) { return nn::cosine_embedding_loss(x[0], x[1], x[2]); };
  CHECK(text(cosine, {ones({2, 3}), ones({2, 3}), ones({3})})
            .starts_with("cosine_embedding_loss: vectors [2x3] and [2x3] and targets [3]:"));
  CHECK(text(cosine, {ones({2, 3}), ones({2, 3}), zeros({2})}).starts_with("cosine_embedding_loss: the target 0 at [0]"));
  const auto similar = [](const list& x) { return nn::cosine_similarity(x[0], x[1]); };
  CHECK(text(similar, {ones({2, 3}), ones({2, 4})}).starts_with("cosine_similarity: "));
  CHECK(text(similar, {ones({3}), ones({3})}).starts_with("cosine_similarity: "));  // no axis 1
  CHECK(text([](const list& x) { return nn::huber_loss(x[0], 0.0, {.delta = 0}); }, {ones({2})})
            .starts_with("huber_loss: delta is 0"));
  CHECK(text([](const list& x) { return nn::smooth_l1_loss(x[0], 0.0, {.beta = -1}); }, {ones({2})})
            .starts_with("smooth_l1_loss: beta is -1"));
}
