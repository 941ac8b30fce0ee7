#pragma once
// How good predictions are.
//
//   nn::accuracy(logits, labels);                       // logits [N, C], labels [N]; or predicted labels in place of the logits
//   const array m = nn::confusion_matrix(logits, labels);
//   nn::precision(m);                                   // [C]; also recall, f1
//   nn::f1(m, nn::average::macro);
//   nn::r2_score(predictions, targets);
//
//   nn::running loss;                                   // the mean over a pass of batches of different sizes
//   loss.add(J.value(), x.extent(0));
//   loss.mean();
//
// Labels and predicted labels are int64 (or bool). Logits are floating, with one axis more than the labels, the last, for the
// classes; of equal ones the first counts, and NaN counts as the largest (argmax). Probabilities serve as well as logits. Where a
// quotient has the denominator 0 (precision of a class that is never predicted, recall of one that never occurs), it is 0, as in
// scikit-learn. All throw for shapes that do not fit, labels that are no class, and no samples at all.

#include <autodiff/array/array.hpp>

namespace seegrad::nn {

/// The share of the labels that are met.
auto accuracy(const array& predictions, const array& labels) -> double;
/// The share of the labels that are among the k largest logits. Throws unless 1 <= k <= C.
auto top_k_accuracy(const array& logits, const array& labels, index_t k) -> double;
/// The share of the predictions that are above the threshold where the target is 1 (or true), and not above it where it is 0.
/// Same shape. For logits the threshold that means one half is 0.
auto binary_accuracy(const array& predictions, const array& targets, double threshold = 0.5) -> double;

/// [C, C] int64: row t, column p counts the samples of class t that were taken for p. Without logits C is `classes`, or if that
/// is 0 one more than the largest label.
auto confusion_matrix(const array& predictions, const array& labels, index_t classes = 0) -> array;

/// macro: the mean over the classes; weighted: the same weighted by how often each occurs; micro: from the sums over the classes.
enum class average { macro, micro, weighted };

// Of a confusion matrix, for each class [C] float64, or averaged.

/// Of what was taken for the class, the share that is of it.
auto precision(const array& confusion) -> array;
auto precision(const array& confusion, average how) -> double;
/// Of what is of the class, the share that was taken for it.
auto recall(const array& confusion) -> array;
auto recall(const array& confusion, average how) -> double;
/// The harmonic mean of precision and recall, 2 hits / (predicted + occurring). The macro average is the mean of the classes' F1.
auto f1(const array& confusion) -> array;
auto f1(const array& confusion, average how) -> double;

/// 1 - sum (y - p)² / sum (y - mean y)²; for [N, outputs] the mean over the outputs. For a constant target 1 if it is met
/// exactly, and 0 otherwise, as in scikit-learn. Throws for fewer than two samples.
auto r2_score(const array& predictions, const array& targets) -> double;

/// A mean of numbers that count differently.
class running {
 public:
  /// A mean over `count` samples, 1 or more.
  auto add(double mean, index_t count = 1) -> void;
  /// Throws if nothing was added.
  auto mean() const -> double;
  /// How many samples there were.
  auto count() const -> index_t { return count_; }
  /// As if there had been none.
  auto reset() -> void { *this = {}; }

 private:
  double sum_ = 0;
  index_t count_ = 0;
};

}  // namespace seegrad::nn
