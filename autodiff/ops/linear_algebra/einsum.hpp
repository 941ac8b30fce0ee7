#pragma once
// Einstein's sum: products of arrays, named axis by axis.
//
//   einsum("ij,jk->ik", {A, B});       // a matrix product
//   einsum("bhid,bhjd->bhij", {Q, K}); // scores of attention
//   einsum("ii->i", {A});              // a diagonal;  "ij->" a sum;  "i,j->ij" an outer product
//   einsum("...ij,...jk->...ik", {A, B});  // of matrices behind any axes, which are repeated to each other
//
// Letters that do not appear after the arrow are summed over. Without an arrow, the letters that appear once remain, in alphabetical
// order, behind the axes of "...", as in numpy. Each pair of operands is one matrix product over batches, from the left to the right.

#include <autodiff/ops/linear_algebra/product.hpp>
#include <autodiff/ops/reduction/reduction.hpp>
#include <autodiff/ops/shape/arrangement.hpp>

namespace seegrad {

namespace detail {
/// The letters of each operand and of the result; axes of "..." are digits, counted from the last.
struct einsum_plan {
  std::vector<std::string> operands;
  std::string result;
  std::vector<dims> shapes;  ///< the operands', without axes of "..." that are repeated
};
/// Throws for text that is not of that form, and unless each letter stands for one extent throughout.
auto plan_einsum(std::string_view text, std::vector<dims> shapes) -> einsum_plan;

template <array_like X>
struct labelled {
  X value;
  std::string axes;

  auto at(char c) const -> int { return static_cast<int>(axes.find(c)); }
  auto has(char c) const -> bool { return axes.find(c) != std::string::npos; }

  /// A letter that appears twice is a diagonal.
  auto without_repeats() const -> labelled {
    auto l = *this;
    for (std::size_t i = 0; i < l.axes.size(); ++i)
      for (auto k = l.axes.find(l.axes[i], i + 1); k != std::string::npos; k = l.axes.find(l.axes[i], i + 1)) {
        const char c = l.axes[i];
        l.value = diagonal(l.value, 0, static_cast<index_t>(i), static_cast<index_t>(k));
        l.axes.erase(k, 1), l.axes.erase(i, 1), l.axes.push_back(c);
        i = 0;
      }
    return l;
  }
  /// Summed over what is wanted nowhere else.
  auto summed(const std::string& wanted) const -> labelled {
    dims over;
    std::string left;
    for (std::size_t i = 0; i < axes.size(); ++i)
      if (wanted.find(axes[i]) == std::string::npos) over.push(static_cast<index_t>(i));
      else left.push_back(axes[i]);
    return over.empty() ? *this : labelled{sum(value, over), left};
  }
  auto ordered(const std::string& order) const -> X {
    dims p;
    for (char c : order) p.push(at(c));
    return axes == order ? value : permute(value, p);
  }
  auto extent(const std::string& letters) const -> index_t {
    index_t n = 1;
    for (char c : letters) n *= value.shape()[at(c)];
    return n;
  }
  auto extents(const std::string& letters) const -> dims {
    dims d;
    for (char c : letters) d.push(value.shape()[at(c)]);
    return d;
  }
};

template <array_like X>
auto contract(const labelled<X>& a, const labelled<X>& b, const std::string& wanted) -> labelled<X> {
  std::string batch, left, right, inner;
  for (char c : a.axes)
    if (!b.has(c)) left.push_back(c);
    else if (wanted.find(c) != std::string::npos) batch.push_back(c);
    else inner.push_back(c);
  for (char c : b.axes)
    if (!a.has(c)) right.push_back(c);
  const auto lead = a.extents(batch);
  const auto x = reshape(a.ordered(batch + left + inner), lead + dims{a.extent(left), a.extent(inner)});
  const auto y = reshape(b.ordered(batch + inner + right), lead + dims{b.extent(inner), b.extent(right)});
  return {reshape(matmul(x, y), lead + a.extents(left) + b.extents(right)), batch + left + right};
}

}  // namespace detail

/// As "ij,jk->ik" says: a letter for each axis of each operand, "..." for those that are left; letters that the result has not are summed over. Throws for a text that is none, and for
/// shapes that do not fit it.
template <array_like X>
auto einsum(std::string_view text, const std::vector<X>& x) -> X {
  std::vector<dims> shapes;
  for (const auto& a : x) shapes.push_back(a.shape());
  const auto plan = detail::plan_einsum(text, std::move(shapes));
  const auto wanted_after = [&](std::size_t i) {
    auto wanted = plan.result;
    for (auto k = i + 1; k < x.size(); ++k) wanted += plan.operands[k];
    return wanted;
  };
  const auto operand = [&](std::size_t i) {
    const auto& shape = plan.shapes[i];
    return detail::labelled<X>{x[i].shape() == shape ? x[i] : reshape(x[i], shape), plan.operands[i]}.without_repeats();
  };
  auto all = operand(0).summed(wanted_after(0));
  for (std::size_t i = 1; i < x.size(); ++i) {
    const auto next = operand(i).summed(wanted_after(i) + all.axes);
    all = detail::contract(all, next, wanted_after(i)).summed(wanted_after(i));
  }
  return all.ordered(plan.result);
}

}  // namespace seegrad
