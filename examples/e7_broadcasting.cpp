// E7. Broadcasting: an array with a number, with a column, with a row; sums over an axis with and without kept dimensions; the calorie
// table of the course; and what happens when a rank-1 array is used where a column was meant.

#include "expect.hpp"

#include <autodiff/autodiff.hpp>

using namespace seegrad;

int main() {
  expectations expect;

  // Calories from carbohydrates, protein and fat in 100 g of apples, beef, eggs and potatoes.
  const array A{{56.0, 0.0, 4.4, 68.0}, {1.2, 104.0, 52.0, 8.0}, {1.8, 135.0, 99.0, 0.9}};
  const array total = sum(A, 0);            // shape [4]: the axis is gone
  const array kept = sum(A, 0, keep_axes);  // shape [1x4]: a row
  const array percent = 100 * A / kept;     // the row is repeated down the columns
  fmt::print("calories\n{}\nof each food, by column\n{}\nin per cent\n{:.3}\n", A, total, percent);
  expect("sum(A, 0) has one axis", total.shape() == dims{4});
  expect("with the axis kept it is a row", kept.shape() == dims{1, 4});
  const array course{{94.9, 0.0, 2.8, 88.4}, {2.0, 43.5, 33.5, 10.4}, {3.1, 56.5, 63.7, 1.2}};
  expect("per cent, as in the course", max(abs(percent - course)).item() < 0.05);

  // (m, n) with a number, with (m, 1) and with (1, n): the smaller one is repeated, and its gradient is summed up again.
  graph g;
  const auto X = input(array{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}, "X");
  const auto number = input(100.0, "number");
  const auto column = input(array{{10.0}, {20.0}}, "column");
  const auto row = input(array{{1.0, 2.0, 3.0}}, "row");
  fmt::print("\nX with a number\n{}\nwith a column\n{}\nwith a row\n{}\n", (X + number).value(), (X + column).value(),
             (X * row).value());
  const auto y = named(sum((X + number) + column * row), "y");
  backward(y);
  fmt::print("gradients: number {}, column {}, row {}\n", grad(number), reshape(grad(column), {2}), reshape(grad(row), {3}));
  expect("d/d number: one for each of 6 elements", grad(number), 6);
  expect("d/d column: the sum of the row", grad(column).at(0, 0), 6);
  expect("d/d row: the sum of the column", grad(row).at(0, 2), 30);
  expect("the gradients have the shapes of their operands",
         grad(column).shape() == column.shape() && grad(row).shape() == row.shape());
  picture(y, {.title = "gradients through broadcasting"}).save("e7_broadcasting.svg");

  // A rank-1 array is neither a row nor a column.
  const array a = arange(5.0);
  expect("its transpose is itself", identical(transpose(a), a));
  expect("times its transpose it is not a matrix", (a * transpose(a)).shape() == dims{5});
  const array as_column = reshape(a, {5, 1});
  expect("a column times its transpose is a matrix", matmul(as_column, transpose(as_column)).shape() == dims{5, 5});
  try {
    const array bias{0.1, 0.2};  // meant as a column of two
    const array z = X.value() + bias;
    expect("an error is thrown", false);
  } catch (const error& e) {
    fmt::print("\na rank-1 array where a column was meant:\n  {}\n", e.what());
    expect("the error says how to mend it", std::string_view(e.what()).find("unsqueeze") != std::string_view::npos);
  }
  fmt::print("drawn: e7_broadcasting.svg\n");
  return expect.exit_code();
}
