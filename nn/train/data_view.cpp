#include <nn/train/data_view.hpp>

#include <autodiff/array/same_bits.hpp>

namespace seegrad::nn::detail {
namespace {

auto lies_inside(const data_view& v, index_t size) -> bool {
  index_t first = v.offset, last = v.offset;
  for (int i = 0; i < v.shape.size(); ++i) (v.strides[i] < 0 ? first : last) += (v.shape[i] - 1) * v.strides[i];
  return first >= 0 && last < size;
}

auto find_in(const array& part, const array& whole, std::size_t number) -> std::optional<data_view> {
  if (part.size() == 0 || !part.shares_memory(whole) || part.type() != whole.type()) return {};
  if (part.raw() == whole.raw() && part.shape() == whole.shape() && part.strides() == whole.strides())
    return data_view{number, part.shape(), seegrad::detail::row_major(part.shape()), 0};
  const auto bytes = static_cast<const char*>(part.raw()) - static_cast<const char*>(whole.raw());
  const data_view v{number, part.shape(), part.strides(), bytes / static_cast<index_t>(size_of(part.type()))};
  if (!whole.is_contiguous() || !lies_inside(v, whole.size())) return {};
  return v;
}

}  // namespace

auto data_view::find(const array& part, std::span<const array> wholes) -> std::optional<data_view> {
  for (std::size_t i = 0; i < wholes.size(); ++i)
    if (const auto v = find_in(part, wholes[i], i)) return v;
  return {};
}

auto data_view::of(std::span<const array> wholes) const -> array {
  const auto& x = wholes[whole];
  return offset == 0 && shape == x.shape() && strides == x.strides() ? x : x.view(shape, strides, offset);
}

number_source::number_source(const tensor& x, std::span<const array> wholes, std::vector<node_ref>& results) {
  if (!x.is_constant()) result_ = results.size(), results.push_back(x.ref());
  else if (!(view_ = data_view::find(x.value(), wholes))) constant_ = x.value();
}

auto number_source::now(std::span<const array> results, std::span<const array> wholes) const -> array {
  return result_ ? results[*result_] : view_ ? view_->of(wholes) : constant_;
}

auto operator==(const number_source& a, const number_source& b) -> bool {
  return a.result_ == b.result_ && a.view_ == b.view_ && seegrad::detail::same_bits(a.constant_, b.constant_);
}

auto sources_of(const std::vector<tensor>& x, std::span<const array> wholes, std::vector<node_ref>& results) -> number_sources {
  number_sources all;
  for (const auto& t : x) all.emplace_back(t, wholes, results);
  return all;
}

auto numbers_of(const number_sources& all, std::span<const array> results, std::span<const array> wholes)
    -> seegrad::detail::few<array> {
  seegrad::detail::few<array> now(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) now[i] = all[i].now(results, wholes);
  return now;
}

}  // namespace seegrad::nn::detail
