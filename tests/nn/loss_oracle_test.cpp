// Losses beside PyTorch's, with their gradients, in both types, and every operation of them checked by differences.

#include <algorithm>
#include <autodiff/autodiff.hpp>
#include <doctest/doctest.h>
#include <fstream>
#include <functional>
#include <map>
#include <nn/loss/loss.hpp>
#include <string>

using namespace seegrad;

namespace {

struct oracle_case {
  std::string name;
  std::vector<array> given;
  array loss;
  std::vector<std::pair<std::size_t, array>> gradients;  // by which operand, and what it is
};
// Reads what losses.py has written, and says there how.
auto read_array(std::istream& in) -> array {
  std::string type;
  int rank = 0;
  in >> type >> rank;
  auto shape = dims::filled(rank, 0);
  for (auto& n : shape) in >> n;
  std::vector<double> numbers(static_cast<std::size_t>(elements(shape)));
  for (auto& x : numbers) in >> x;
  return array(numbers, shape).cast(type == "int64" ? int64 : float64);
}
auto oracle_cases() -> std::vector<oracle_case> {
  std::ifstream in(LOSSES);
  std::vector<oracle_case> all;
  for (oracle_case c; std::getline(in >> std::ws, c.name); c = {}) {
    std::size_t n = 0;
    in >> n;
    for (std::size_t i = 0; i < n; ++i) c.given.push_back(read_array(in));
    c.loss = read_array(in);
    in >> n;
    for (std::size_t i = 0, by = 0; i < n; ++i) in >> by, c.gradients.emplace_back(by, read_array(in));
    REQUIRE(in.good());
    all.push_back(std::move(c));
  }
  return all;
}

using list = std::vector<tensor>;
using loss_function = std::function<tensor(const list&)>;
using how = nn::reduction;  // seegrad::reduction is of arrays

// The loss, and its gradients as the oracle took them.
struct outcome {
  array loss;
  std::vector<array> gradients;
  bool checked = false;
};
auto run(const oracle_case& c, const loss_function& f, dtype type, bool with_check) -> outcome {
  graph g;
  list x;
  for (std::size_t i = 0; i < c.given.size(); ++i) {
    const auto value = c.given[i].is_floating() ? c.given[i].cast(type) : c.given[i];
    const bool wanted = std::any_of(c.gradients.begin(), c.gradients.end(), [&](const auto& d) { return d.first == i; });
    x.push_back(wanted ? input(value) : tensor(value));
  }
  const auto y = f(x);
  outcome out{y.value(), {}, false};
  if (with_check) {
    const auto report = check(y);
    out.checked = report.passed() && report.count(verdict::pass) > 0 && report.count(verdict::untested) == 0;
    if (!out.checked) MESSAGE(report.text());
  }
  backward(y, reshape(arange(1, static_cast<double>(y.size()) + 1, type), y.shape()));
  for (const auto& [i, d] : c.gradients) out.gradients.push_back(grad(x[i]));
  return out;
}

auto functions() -> std::map<std::string, loss_function> {
  std::map<std::string, loss_function> all;
  // Under the names that losses.py gives the three reductions.
  const auto three = [&](const std::string& name, auto f) {
    all[name + " mean"] = [f](const list& x) { return f(x, how::mean); };
    all[name + " sum"] = [f](const list& x) { return f(x, how::sum); };
    all[name + " none"] = [f](const list& x) { return f(x, how::none); };
  };
  const array w{0.5, 1.0, 2.0}, pos{3.0, 1.0, 0.25};
  using o = const list&;
  using r = how;
  three("mse_loss", [](o x, r reduction) { return nn::mse_loss(x[0], x[1], {.reduction = reduction}); });
  three("l1_loss", [](o x, r reduction) { return nn::l1_loss(x[0], x[1], {.reduction = reduction}); });
  three("huber_loss", [](o x, r reduction) { return nn::huber_loss(x[0], x[1], {.reduction = reduction}); });
  three("smooth_l1_loss", [](o x, r reduction) { return nn::smooth_l1_loss(x[0], x[1], {.reduction = reduction}); });
  all["huber_loss delta"] = [](o x) { return nn::huber_loss(x[0], x[1], {.delta = 0.4}); };
  all["smooth_l1_loss beta"] = [](o x) { return nn::smooth_l1_loss(x[0], x[1], {.beta = 0.4}); };
  all["smooth_l1_loss beta 0"] = [](o x) { return nn::smooth_l1_loss(x[0], x[1], {.beta = 0}); };

  three("binary_cross_entropy", [](o x, r reduction) { return nn::binary_cross_entropy(x[0], x[1], {.reduction = reduction}); });
  all["binary_cross_entropy weight"] = [w](o x) { return nn::binary_cross_entropy(x[0], x[1], {.weight = w}); };
  const std::string logits = "binary_cross_entropy_with_logits";
  three(logits, [](o x, r reduction) { return nn::binary_cross_entropy_with_logits(x[0], x[1], {.reduction = reduction}); });
  all[logits + " weight"] = [w](o x) { return nn::binary_cross_entropy_with_logits(x[0], x[1], {.weight = w}); };
  all[logits + " pos_weight"] = [pos](o x) { return nn::binary_cross_entropy_with_logits(x[0], x[1], {.pos_weight = pos}); };
  all[logits + " both"] = [w, pos](o x) {
    return nn::binary_cross_entropy_with_logits(x[0], x[1], {.weight = w, .pos_weight = pos});
  };
  three("hinge_loss", [](o x, r reduction) { return nn::hinge_loss(x[0], x[1], {.reduction = reduction}); });
  all["hinge_loss margin"] = [](o x) { return nn::hinge_loss(x[0], x[1], {.margin = 0.3}); };

  const auto cross_entropy = [&](const std::string& name, const nn::cross_entropy_options& options) {
    all["cross_entropy" + name] = [options](o x) { return nn::cross_entropy(x[0], x[1], options); };
  };
  const auto three_entropies = [&](const std::string& name, nn::cross_entropy_options options) {
    for (const auto& [word, reduction] : {std::pair{" mean", r::mean}, {" sum", r::sum}, {" none", r::none}})
      options.reduction = reduction, cross_entropy(name + word, options);
  };
  three_entropies("", {});
  three_entropies(" weight", {.weight = w});
  three_entropies(" ignored", {});
  cross_entropy(" weight ignored", {.weight = w});
  three_entropies(" smooth", {.label_smoothing = 0.1});
  three_entropies(" smooth weight", {.weight = w, .label_smoothing = 0.1});
  three_entropies(" smooth ignored", {.label_smoothing = 0.1});
  three_entropies(" rank 3", {.weight = w, .ignore_index = 7});
  cross_entropy(" rank 4", {.weight = w, .reduction = r::none, .label_smoothing = 0.2});
  cross_entropy(" rank 1", {});
  three_entropies(" soft", {});
  cross_entropy(" soft weight smooth", {.weight = w, .label_smoothing = 0.1});
  cross_entropy(" soft rank 3", {.weight = w, .reduction = r::none});
  cross_entropy(" soft rank 3 mean", {});
  cross_entropy(" soft rank 1", {});
  three("nll_loss", [w](o x, r reduction) { return nn::nll_loss(x[0], x[1], {.weight = w, .reduction = reduction}); });
  all["nll_loss rank 3"] = [](o x) { return nn::nll_loss(x[0], x[1]); };
  three("kl_div", [](o x, r reduction) { return nn::kl_div(x[0], x[1], {.reduction = reduction}); });
  all["kl_div batchmean"] = [](o x) { return nn::kl_div(x[0], x[1], {.reduction = r::batchmean}); };
  all["kl_div zero"] = [](o x) { return nn::kl_div(x[0], x[1]); };
  all["kl_div log_target"] = [](o x) { return nn::kl_div(x[0], x[1], {.reduction = r::batchmean, .log_target = true}); };

  three("hinge_embedding_loss", [](o x, r reduction) { return nn::hinge_embedding_loss(x[0], x[1], {.reduction = reduction}); });
  all["hinge_embedding_loss margin"] = [](o x) { return nn::hinge_embedding_loss(x[0], x[1], {.margin = 0.5}); };
  all["cosine_similarity"] = [](o x) { return nn::cosine_similarity(x[0], x[1]); };
  all["cosine_similarity axis 0"] = [](o x) { return nn::cosine_similarity(x[0], x[1], {.axis = 0}); };
  all["cosine_similarity rank 3"] = [](o x) { return nn::cosine_similarity(x[0], x[1]); };
  all["cosine_similarity pairs"] = [](o x) { return nn::cosine_similarity(x[0], x[1], {.axis = 2}); };
  three("cosine_embedding_loss",
        [](o x, r reduction) { return nn::cosine_embedding_loss(x[0], x[1], x[2], {.reduction = reduction}); });
  all["cosine_embedding_loss margin"] = [](o x) { return nn::cosine_embedding_loss(x[0], x[1], x[2], {.margin = -0.9}); };
  three("triplet_margin_loss",
        [](o x, r reduction) { return nn::triplet_margin_loss(x[0], x[1], x[2], {.reduction = reduction}); });
  all["triplet_margin_loss margin"] = [](o x) { return nn::triplet_margin_loss(x[0], x[1], x[2], {.margin = 2.5, .eps = 0.01}); };
  all["triplet_margin_loss swap"] = [](o x) {
    return nn::triplet_margin_loss(x[0], x[1], x[2], {.margin = 2, .swap = true, .reduction = r::none});
  };
  return all;
}

}  // namespace

TEST_CASE("losses and gradients are PyTorch's, in float64 and float32, of tensors and of arrays") {
  const auto by_name = functions();
  std::map<std::string, int> seen;
  for (const auto& c : oracle_cases()) {
    CAPTURE(c.name);
    const auto f = by_name.find(c.name);
    REQUIRE(f != by_name.end());
    ++seen[c.name];
    const auto exact = run(c, f->second, float64, true), single = run(c, f->second, float32, false);
    CHECK(exact.checked);
    CHECK(exact.loss.shape() == c.loss.shape());
    CHECK(all_close(exact.loss, c.loss, 1e-10, 1e-11));
    CHECK(single.loss.type() == float32);
    CHECK(all_close(single.loss.cast(float64), exact.loss, 1e-5, 1e-6));
    for (std::size_t k = 0; k < c.gradients.size(); ++k) {
      CAPTURE(c.gradients[k].first);
      CHECK(all_close(exact.gradients[k], c.gradients[k].second, 1e-10, 1e-11));
      CHECK(single.gradients[k].type() == float32);
      CHECK(all_close(single.gradients[k].cast(float64), exact.gradients[k], 1e-4, 1e-5));
    }
    graph g;
    const auto of_arrays = f->second(list(c.given.begin(), c.given.end()));
    CHECK(of_arrays.is_constant());
    CHECK(g.size() == 0);
    CHECK(all_close(of_arrays.value(), exact.loss, 1e-14, 1e-14));
  }
  for (const auto& one : by_name) CHECK_MESSAGE(seen[one.first] == 1, one.first);
}
