// Metrics agree with values computed by hand, and with the examples in scikit-learn's documentation.

#include <autodiff/array/create.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <nn/metric/metric.hpp>

using namespace seegrad;
using doctest::Approx;

namespace {

const array truth{0, 1, 2, 0, 1, 2}, guess{0, 2, 1, 0, 0, 1};  // scikit-learn's example for precision_score and its kind

}  // namespace

TEST_CASE("accuracy of logits and of labels") {
  const array logits{{0.1, 0.7, 0.2}, {2.0, 1.0, 2.0}, {-3.0, -2.0, -1.0}, {0.0, 0.0, 1.0}};
  CHECK(nn::accuracy(logits, array{1, 0, 2, 0}) == 0.75);
  CHECK(nn::accuracy(logits.cast(float32), array{1, 2, 2, 0}) == 0.5);  // of two equal ones the first is meant
  CHECK(nn::accuracy(array{1, 2, 3}, array{1, 2, 4}) == Approx(2.0 / 3));
  CHECK(nn::accuracy(array{true, false}, array{true, true}) == 0.5);
  CHECK(nn::accuracy(array{{{0.0, 1.0}, {1.0, 0.0}}}, array{{1, 1}}) == 0.5);
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(nn::accuracy(array{{0.0, nan, 5.0}}, array{1}) == 1);
  CHECK_THROWS_AS(nn::accuracy(logits, array{1, 0, 2}), error);
  CHECK_THROWS_WITH_AS(nn::accuracy(logits, array{1, 0, 2, 3}), "accuracy: label 3 is not one of the 3 classes of [4x3] logits",
                       error);
  CHECK_THROWS_AS(nn::accuracy(logits, array{1, 0, 2, -1}), error);
  CHECK_THROWS_AS(nn::accuracy(array{0.3, 0.7}, array{0, 1}), error);
  CHECK_THROWS_WITH_AS(nn::accuracy(array{1, 2}, array{1.0, 2.0}),
                       "accuracy: the labels are float64; whole numbers are wanted: labels.cast(int64)", error);
  CHECK_THROWS_AS(nn::accuracy(zeros({0, 3}), zeros({0}, int64)), error);
  CHECK_THROWS_AS(nn::accuracy(array{1, 2}, array{{1}, {2}}), error);
}

TEST_CASE("accuracy among the k largest") {
  // scikit-learn's example for top_k_accuracy_score.
  const array scores{{0.5, 0.2, 0.2}, {0.3, 0.4, 0.2}, {0.2, 0.4, 0.3}, {0.7, 0.2, 0.1}}, y{0, 1, 2, 2};
  CHECK(nn::top_k_accuracy(scores, y, 1) == 0.5);
  CHECK(nn::top_k_accuracy(scores, y, 2) == 0.75);
  CHECK(nn::top_k_accuracy(scores, y, 3) == 1);
  CHECK(nn::top_k_accuracy(array{{0.2, 0.2, 0.2}}, array{1}, 1) == 0);
  CHECK(nn::top_k_accuracy(array{{0.2, 0.2, 0.2}}, array{1}, 2) == 1);
  CHECK_THROWS_AS(nn::top_k_accuracy(scores, y, 0), error);
  CHECK_THROWS_AS(nn::top_k_accuracy(scores, y, 4), error);
}

TEST_CASE("binary accuracy has a threshold") {
  const array p{{0.2}, {0.5}, {0.6}, {0.9}}, t{{0.0}, {0.0}, {0.0}, {1.0}};
  CHECK(nn::binary_accuracy(p, t) == 0.75);
  CHECK(nn::binary_accuracy(p, t, 0.1) == 0.25);
  CHECK(nn::binary_accuracy(p, t.cast(boolean), 0.95) == 0.75);
  CHECK_THROWS_AS(nn::binary_accuracy(p, array{0, 0, 0, 1}), error);
  CHECK_THROWS_AS(nn::binary_accuracy(array{0.5}, array{2}), error);
  CHECK_THROWS_AS(nn::binary_accuracy(zeros({0}), zeros({0})), error);
}

TEST_CASE("the confusion matrix has truth in its rows") {
  CHECK(identical(nn::confusion_matrix(guess, truth), array{{2, 0, 0}, {1, 0, 1}, {0, 2, 0}}));
  CHECK(nn::confusion_matrix(guess, truth, 5).shape() == dims{5, 5});
  CHECK(identical(nn::confusion_matrix(array{{0.0, 1.0, 0.0}}, array{0}), array{{0, 1, 0}, {0, 0, 0}, {0, 0, 0}}));
  CHECK_THROWS_AS(nn::confusion_matrix(guess, truth, 2), error);
  CHECK_THROWS_AS(nn::confusion_matrix(array{{0.0, 1.0}}, array{0}, 3), error);
  CHECK_THROWS_AS(nn::confusion_matrix(array{-1}, array{0}), error);
  CHECK_THROWS_AS(nn::confusion_matrix(array{0}, array(std::vector{std::numeric_limits<std::int64_t>::max()})), error);
  CHECK_THROWS_AS(nn::confusion_matrix(array{0}, array{0}, index_t{1} << 40), error);
}

TEST_CASE("precision, recall and F1, for each class and averaged") {
  const auto m = nn::confusion_matrix(guess, truth);
  CHECK(all_close(nn::precision(m), array{2.0 / 3, 0.0, 0.0}));
  CHECK(all_close(nn::recall(m), array{1.0, 0.0, 0.0}));
  CHECK(all_close(nn::f1(m), array{0.8, 0.0, 0.0}));
  using enum nn::average;
  CHECK(nn::precision(m, macro) == Approx(2.0 / 9));
  CHECK(nn::precision(m, micro) == Approx(1.0 / 3));
  CHECK(nn::recall(m, macro) == Approx(1.0 / 3));
  CHECK(nn::recall(m, micro) == Approx(1.0 / 3));
  CHECK(nn::f1(m, macro) == Approx(0.8 / 3));
  CHECK(nn::f1(m, micro) == Approx(1.0 / 3));
  // Uneven classes: truth 3, 1; predicted 2, 2; precision 1 and 1/2, recall 2/3 and 1, F1 4/5 and 2/3.
  const array u{{2, 1}, {0, 1}};
  CHECK(all_close(nn::precision(u), array{1.0, 0.5}));
  CHECK(all_close(nn::recall(u), array{2.0 / 3, 1.0}));
  CHECK(nn::precision(u, weighted) == Approx(0.875));
  CHECK(nn::recall(u, weighted) == Approx(0.75));
  CHECK(nn::f1(u, weighted) == Approx((3 * 0.8 + 2.0 / 3) / 4));
  CHECK(nn::f1(u, macro) == Approx((0.8 + 2.0 / 3) / 2));
  // A class that is neither there nor predicted.
  CHECK(all_close(nn::f1(array{{1, 0}, {0, 0}}), array{1.0, 0.0}));
  CHECK(nn::f1(array{{0, 0}, {0, 0}}, weighted) == 0);
  CHECK_THROWS_AS(nn::precision(array{{1, 2}}), error);
  CHECK_THROWS_AS(nn::recall(array{1}), error);
}

TEST_CASE("r2") {
  // scikit-learn's examples for r2_score.
  CHECK(nn::r2_score(array{2.5, 0.0, 2.0, 8.0}, array{3.0, -0.5, 2.0, 7.0}) == Approx(0.9486081370449679));
  CHECK(nn::r2_score(array{1.0, 2.0, 3.0}, array{1.0, 2.0, 3.0}) == 1);
  CHECK(nn::r2_score(array{2.0, 2.0, 2.0}, array{1.0, 2.0, 3.0}) == 0);
  CHECK(nn::r2_score(array{3.0, 2.0, 1.0}, array{1.0, 2.0, 3.0}) == -3);
  CHECK(nn::r2_score(array{-2.0, -2.0, -2.0}, array{-2.0, -2.0, -2.0}) == 1);
  CHECK(nn::r2_score(array{-2.0, -2.0, -2.0 + 1e-8}, array{-2.0, -2.0, -2.0}) == 0);
  // Output 0: 1 - 1.25 / 36.1666…, output 1: 1 - 3 / 32.6666…
  const array y{{0.5, 1.0}, {-1.0, 1.0}, {7.0, -6.0}}, p{{0.0, 2.0}, {-1.0, 2.0}, {8.0, -5.0}};
  CHECK(nn::r2_score(p, y) == Approx((1 - 1.25 / (217.0 / 6) + 1 - 3 / (98.0 / 3)) / 2));
  CHECK_THROWS_AS(nn::r2_score(array{1.0, 2.0}, array{{1.0}, {2.0}}), error);
  CHECK_THROWS_AS(nn::r2_score(array{1.0}, array{1.0}), error);
}

TEST_CASE("a running mean weighs batches by their size") {
  nn::running loss;
  CHECK_THROWS_AS(static_cast<void>(loss.mean()), error);
  loss.add(1.0, 64), loss.add(4.0, 32);
  CHECK(loss.mean() == 2);
  CHECK(loss.count() == 96);
  loss.reset();
  loss.add(3);
  CHECK(loss.mean() == 3);
  CHECK_THROWS_AS(loss.add(1, 0), error);
}
