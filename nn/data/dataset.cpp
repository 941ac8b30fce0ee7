#include <nn/data/dataset.hpp>

#include <autodiff/array/copy.hpp>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace seegrad::nn {

auto detail::describe(const dataset& data) -> std::string {
  return fmt::format("{} inputs and {} targets", to_string(data.inputs.shape()), to_string(data.targets.shape()));
}

auto dataset::size() const -> index_t {
  if (inputs.rank() == 0 || targets.rank() == 0)
    throw error(fmt::format("dataset: {}: each needs a first axis, which runs through the samples", detail::describe(*this)));
  if (inputs.shape()[0] != targets.shape()[0])
    throw error(fmt::format("dataset: {}: the first axes differ ({} and {}); both run through the same samples",
                            detail::describe(*this), inputs.shape()[0], targets.shape()[0]));
  return inputs.shape()[0];
}

// --- rows ------------------------------------------------------------------------------------------------------------------

auto detail::with_whole_rows(const array& x) -> array {
  return seegrad::detail::is_row_major(x.shape().from(1), x.strides().from(1)) ? x : x.copy();
}

auto detail::copy_rows(const array& x, std::span<const std::int64_t> index, array& to) -> void {
  const auto element = static_cast<index_t>(size_of(x.type()));
  const auto bytes = elements(x.shape().from(1)) * element, step = x.strides()[0] * element;
  if (bytes == 0) return;
  const auto* from = static_cast<const std::byte*>(x.raw());
  auto* out = static_cast<std::byte*>(to.raw());
  for (const auto i : index) {
    std::memcpy(out, from + i * step, static_cast<std::size_t>(bytes));
    out += bytes;
  }
}

namespace {

auto chosen(const array& x, std::span<const std::int64_t> index) -> array {
  auto to = array::uninitialized(x.type(), dims{static_cast<index_t>(index.size())} + x.shape().from(1));
  detail::copy_rows(detail::with_whole_rows(x), index, to);
  return to;
}
}  // namespace

auto detail::rows_of(const dataset& data, std::span<const std::int64_t> index) -> dataset {
  return {chosen(data.inputs, index), chosen(data.targets, index)};
}

auto detail::sample_numbers(const array& index, index_t n, std::string_view who) -> std::vector<std::int64_t> {
  if (index.rank() != 1 || (index.type() != int64 && index.size() > 0))
    throw error(fmt::format("{}: an index of {} and shape {}: one axis of int64 is wanted", who, name_of(index.type()),
                            to_string(index.shape())));
  auto at = index.to_vector<std::int64_t>();
  for (auto& i : at) {
    if (i < -n || i >= n) throw error(fmt::format("{}: sample {} of a dataset of {}", who, i, n));
    if (i < 0) i += n;
  }
  return at;
}

// --- parts -----------------------------------------------------------------------------------------------------------------

auto subset(const dataset& data, const array& index) -> dataset {
  return detail::rows_of(data, detail::sample_numbers(index, data.size(), "subset"));
}

auto subset(const dataset& data, index_t begin, index_t end) -> dataset {
  const auto n = data.size();
  if (begin < 0 || begin > end || end > n)
    throw error(
        fmt::format("subset: samples {} up to {} of a dataset of {}; 0 <= begin <= end <= size is wanted", begin, end, n));
  return {data.inputs.slice(0, begin, end, 1), data.targets.slice(0, begin, end, 1)};
}

auto split_at(const dataset& data, index_t k) -> std::pair<dataset, dataset> {
  const auto n = data.size(), at = k < 0 ? k + n : k;
  if (at < 0 || at > n) throw error(fmt::format("split_at: {} is no place in a dataset of {} samples", k, n));
  return {subset(data, 0, at), subset(data, at, n)};
}

auto detail::random_split(const dataset& data, std::span<const double> fractions, generator& g, std::span<dataset> parts)
    -> void {
  const auto n = data.size();
  double total = 0;
  bool negative = false;
  for (const auto f : fractions) total += f, negative = negative || !(f >= 0);
  if (negative || !(std::abs(total - 1) <= 1e-9))
    throw error(fmt::format("split: the fractions {} add up to {}; none may be negative, and 1 is wanted", fractions, total));
  std::vector<index_t> lengths;
  auto left = n;
  for (const auto f : fractions) {
    lengths.push_back(std::min(left, static_cast<index_t>(std::floor(static_cast<double>(n) * f))));
    left -= lengths.back();
  }
  for (std::size_t i = 0; left > 0; i = (i + 1) % lengths.size(), --left) ++lengths[i];
  const auto order = permutation(g, n);
  auto rest = order.elements<std::int64_t>();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto k = static_cast<std::size_t>(lengths[i]);
    parts[i] = rows_of(data, rest.first(k));
    rest = rest.subspan(k);
  }
}

}  // namespace seegrad::nn
