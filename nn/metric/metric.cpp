#include <nn/metric/metric.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <vector>

namespace seegrad::nn {
namespace {

auto need_samples(const array& labels, const char* who) -> void {
  if (labels.size() == 0) throw error(fmt::format("{}: {} labels: there are no samples", who, to_string(labels.shape())));
}

auto whole_labels(const array& labels, const char* who) -> std::vector<std::int64_t> {
  if (labels.is_floating())
    throw error(fmt::format("{}: the labels are {}; whole numbers are wanted: labels.cast(int64)", who, name_of(labels.type())));
  need_samples(labels, who);
  return labels.to_vector<std::int64_t>();
}

// Rows of logits and the label of each.
struct scored {
  std::vector<double> logits;
  std::vector<std::int64_t> labels;
  index_t classes;
};

auto rows_of(const array& logits, const array& labels, const char* who) -> scored {
  if (!logits.is_floating() || logits.rank() != labels.rank() + 1 || logits.shape().first(labels.rank()) != labels.shape())
    throw error(
        fmt::format("{}: {} {} predictions and {} labels; floating-point logits [N, C] or whole labels [N] are wanted for "
                    "labels [N]",
                    who, to_string(logits.shape()), name_of(logits.type()), to_string(labels.shape())));
  scored out{logits.to_vector<double>(), whole_labels(labels, who), logits.shape().back()};
  for (const auto label : out.labels)
    if (label < 0 || label >= out.classes)
      throw error(fmt::format("{}: label {} is not one of the {} classes of {} logits", who, label, out.classes,
                              to_string(logits.shape())));
  return out;
}

// How many classes come before this one when a row is sorted, the largest first.
auto place_in(const double* row, index_t classes, index_t label) -> index_t {
  const auto mine = row[label];
  index_t ahead = 0;
  for (index_t c = 0; c < classes; ++c) {
    const bool equal = row[c] == mine || (std::isnan(row[c]) && std::isnan(mine));
    const bool above = row[c] > mine || (std::isnan(row[c]) && !std::isnan(mine));
    ahead += above || (equal && c < label);
  }
  return ahead;
}

auto top_share(const scored& s, index_t k) -> double {
  index_t hits = 0;
  const auto* row = s.logits.data();
  for (const auto label : s.labels) hits += place_in(row, s.classes, label) < k, row += s.classes;
  return static_cast<double>(hits) / static_cast<double>(s.labels.size());
}

// Labels as they are, or those that logits mean.
auto predicted(const array& predictions, const array& labels, const char* who) -> std::vector<std::int64_t> {
  if (!predictions.is_floating() && predictions.shape() == labels.shape()) return whole_labels(predictions, who);
  const auto s = rows_of(predictions, labels, who);
  std::vector<std::int64_t> out;
  for (std::size_t i = 0; i < s.labels.size(); ++i) {
    const auto* row = s.logits.data() + static_cast<index_t>(i) * s.classes;
    index_t best = 0;
    for (index_t c = 1; c < s.classes; ++c)
      if (row[c] > row[best] || (std::isnan(row[c]) && !std::isnan(row[best]))) best = c;
    out.push_back(best);
  }
  return out;
}

}  // namespace

// --- shares ----------------------------------------------------------------------------------------------------------------

auto accuracy(const array& predictions, const array& labels) -> double {
  const auto p = predicted(predictions, labels, "accuracy"), t = whole_labels(labels, "accuracy");
  index_t hits = 0;
  for (std::size_t i = 0; i < t.size(); ++i) hits += p[i] == t[i];
  return static_cast<double>(hits) / static_cast<double>(t.size());
}

auto top_k_accuracy(const array& logits, const array& labels, index_t k) -> double {
  const auto s = rows_of(logits, labels, "top_k_accuracy");
  if (k < 1 || k > s.classes) throw error(fmt::format("top_k_accuracy: the {} largest of {} classes", k, s.classes));
  return top_share(s, k);
}

auto binary_accuracy(const array& predictions, const array& targets, double threshold) -> double {
  if (predictions.shape() != targets.shape())
    throw error(fmt::format("binary_accuracy: {} predictions and {} targets; the shapes must be equal: reshape one of them",
                            to_string(predictions.shape()), to_string(targets.shape())));
  need_samples(targets, "binary_accuracy");
  const auto p = predictions.to_vector<double>(), t = targets.to_vector<double>();
  index_t hits = 0;
  for (std::size_t i = 0; i < t.size(); ++i) {
    if (t[i] != 0 && t[i] != 1) throw error(fmt::format("binary_accuracy: a target is {}; 0 and 1 are wanted", t[i]));
    hits += (p[i] > threshold) == (t[i] == 1);
  }
  return static_cast<double>(hits) / static_cast<double>(t.size());
}

// --- the confusion matrix --------------------------------------------------------------------------------------------------

auto confusion_matrix(const array& predictions, const array& labels, index_t classes) -> array {
  const auto* who = "confusion_matrix";
  const auto p = predicted(predictions, labels, who), t = whole_labels(labels, who);
  auto c = predictions.is_floating() ? predictions.shape().back() : classes;
  if (classes != 0 && classes != c)
    throw error(
        fmt::format("{}: {} classes are asked for, and {} logits have {}", who, classes, to_string(predictions.shape()), c));
  constexpr index_t most = 1 << 15;  // 8 GiB: a label beyond it is a mistake
  const auto limit = c == 0 ? most : c;
  if (limit > most) throw error(fmt::format("{}: {} classes, and {} are the most", who, limit, most));
  index_t largest = 0;
  for (const auto* list : {&p, &t})
    for (const auto label : *list) {
      if (label < 0 || label >= limit) throw error(fmt::format("{}: label {} is not one of {} classes", who, label, limit));
      largest = std::max(largest, label);
    }
  if (c == 0) c = largest + 1;
  std::vector<std::int64_t> counts(static_cast<std::size_t>(c * c));
  for (std::size_t i = 0; i < t.size(); ++i) ++counts[static_cast<std::size_t>(t[i] * c + p[i])];
  return array(counts, {c, c});
}

namespace {

// For each class, and for all together: rightly predicted, predicted, occurring.
struct tally {
  std::vector<double> hits, taken, there;
};

auto tally_of(const array& confusion, const char* who) -> tally {
  if (confusion.rank() != 2 || confusion.shape()[0] != confusion.shape()[1] || confusion.size() == 0)
    throw error(fmt::format("{}: {}; a confusion matrix is [C, C]", who, to_string(confusion.shape())));
  const auto n = static_cast<std::size_t>(confusion.shape()[0]);
  const auto m = confusion.to_vector<double>();
  tally out{std::vector<double>(n), std::vector<double>(n), std::vector<double>(n)};
  for (std::size_t i = 0; i < n; ++i) {
    out.hits[i] = m[i * n + i];
    for (std::size_t j = 0; j < n; ++j) out.taken[i] += m[j * n + i], out.there[i] += m[i * n + j];
  }
  return out;
}

auto quotient(double a, double b) -> double { return b == 0 ? 0 : a / b; }
auto total(const std::vector<double>& x) -> double {
  double sum = 0;
  for (const auto v : x) sum += v;
  return sum;
}

// `score` makes a number of hits, predicted, occurring.
template <class F>
auto each_class(const tally& t, F score) -> std::vector<double> {
  std::vector<double> out;
  for (std::size_t i = 0; i < t.hits.size(); ++i) out.push_back(score(t.hits[i], t.taken[i], t.there[i]));
  return out;
}
template <class F>
auto averaged(const tally& t, average how, F score) -> double {
  if (how == average::micro) return score(total(t.hits), total(t.taken), total(t.there));
  const auto all = each_class(t, score);
  if (how == average::macro) return total(all) / static_cast<double>(all.size());
  double sum = 0;
  for (std::size_t i = 0; i < all.size(); ++i) sum += all[i] * t.there[i];
  return quotient(sum, total(t.there));
}

constexpr auto precision_of = [](double hits, double taken, double) { return quotient(hits, taken); };
constexpr auto recall_of = [](double hits, double, double there) { return quotient(hits, there); };
constexpr auto f1_of = [](double hits, double taken, double there) { return quotient(2 * hits, taken + there); };

}  // namespace

auto precision(const array& confusion) -> array { return each_class(tally_of(confusion, "precision"), precision_of); }
auto precision(const array& confusion, average how) -> double {
  return averaged(tally_of(confusion, "precision"), how, precision_of);
}
auto recall(const array& confusion) -> array { return each_class(tally_of(confusion, "recall"), recall_of); }
auto recall(const array& confusion, average how) -> double { return averaged(tally_of(confusion, "recall"), how, recall_of); }
auto f1(const array& confusion) -> array { return each_class(tally_of(confusion, "f1"), f1_of); }
auto f1(const array& confusion, average how) -> double { return averaged(tally_of(confusion, "f1"), how, f1_of); }

// --- regression ------------------------------------------------------------------------------------------------------------

auto r2_score(const array& predictions, const array& targets) -> double {
  if (predictions.shape() != targets.shape() || targets.rank() < 1 || targets.rank() > 2)
    throw error(fmt::format("r2_score: {} predictions and {} targets; both must be [N] or [N, outputs]",
                            to_string(predictions.shape()), to_string(targets.shape())));
  const auto n = static_cast<std::size_t>(targets.shape()[0]),
             outputs = static_cast<std::size_t>(targets.size()) / std::max(n, std::size_t{1});
  if (n < 2 || outputs == 0)
    throw error(fmt::format("r2_score: {} targets; it takes two samples to have a variance", to_string(targets.shape())));
  const auto p = predictions.to_vector<double>(), y = targets.to_vector<double>();
  double sum = 0;
  for (std::size_t o = 0; o < outputs; ++o) {
    double mean = 0, left = 0, spread = 0;
    bool constant = true;
    for (std::size_t i = o; i < y.size(); i += outputs)
      mean += y[i] / static_cast<double>(n), constant = constant && y[i] == y[o];
    for (std::size_t i = o; i < y.size(); i += outputs) {
      left += (y[i] - p[i]) * (y[i] - p[i]);
      spread += (y[i] - mean) * (y[i] - mean);
    }
    sum += constant ? (left == 0 ? 1 : 0) : 1 - left / spread;
  }
  return sum / static_cast<double>(outputs);
}

auto running::add(double mean, index_t count) -> void {
  if (count < 1) throw error(fmt::format("running: a mean over {} samples; 1 or more are wanted", count));
  if (count > std::numeric_limits<index_t>::max() - count_)
    throw error(fmt::format("running: {} samples after {} are more than can be counted", count, count_));
  sum_ += mean * static_cast<double>(count);
  count_ += count;
}

auto running::mean() const -> double {
  if (count_ == 0) throw error("running: there is no mean before the first add()");
  return sum_ / static_cast<double>(count_);
}

}  // namespace seegrad::nn
