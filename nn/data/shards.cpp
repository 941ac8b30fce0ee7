#include <nn/data/shards.hpp>

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace seegrad::nn {
namespace {

// Rows of `from` to the places of `to` that they belong to; memory for `n` rows is made for the first.
auto place_rows(array& to, const array& from, index_t n, std::span<const std::size_t> places, std::string_view what,
                std::size_t part) -> void {
  if (to.is_null()) to = array::uninitialized(from.type(), dims{n} + from.shape().from(1));
  if (to.type() != from.type() || to.shape().from(1) != from.shape().from(1))
    throw error(fmt::format("shards: {} of part {} are {} of shape {} each, and those of another part {} of {}", what, part,
                            name_of(from.type()), to_string(from.shape().from(1)), name_of(to.type()),
                            to_string(to.shape().from(1))));
  const auto rows = from.contiguous();
  const auto bytes = static_cast<std::size_t>(elements(from.shape().from(1))) * size_of(from.type());
  if (bytes == 0) return;
  const auto* source = static_cast<const std::byte*>(rows.raw());
  for (const auto i : places) {
    std::memcpy(static_cast<std::byte*>(to.raw()) + i * bytes, source, bytes);
    source += bytes;
  }
}

}  // namespace

shards::shards(std::vector<data_source> parts) : parts_(std::move(parts)) {
  if (parts_.empty()) throw error("shards: there are no parts");
  for (const auto& p : parts_) starts_.push_back(starts_.back() + p.size());
}

auto shards::batch(std::span<const std::int64_t> numbers) const -> dataset {
  std::vector<std::size_t> part_of;
  for (const auto i : numbers)
    part_of.push_back(static_cast<std::size_t>(std::upper_bound(starts_.begin(), starts_.end(), i) - starts_.begin() - 1));
  std::vector<bool> done(parts_.size());
  dataset out;
  for (const auto part : part_of) {
    if (done[part]) continue;
    done[part] = true;
    std::vector<std::size_t> places;
    std::vector<std::int64_t> theirs;
    for (std::size_t i = 0; i < numbers.size(); ++i)
      if (part_of[i] == part) places.push_back(i), theirs.push_back(numbers[i] - starts_[part]);
    const auto rows = parts_[part].batch(theirs);
    if (places.size() == numbers.size()) return rows;
    const auto n = static_cast<index_t>(numbers.size());
    place_rows(out.inputs, rows.inputs, n, places, "inputs", part);
    place_rows(out.targets, rows.targets, n, places, "targets", part);
  }
  return numbers.empty() ? parts_[0].batch(numbers) : out;
}

auto shards::order(generator& g) const -> array {
  auto all = array::uninitialized(int64, {size()});
  auto* to = all.writable<std::int64_t>().data();
  for (const auto part : permutation(g, static_cast<index_t>(parts_.size())).to_vector<std::int64_t>()) {
    const auto within = parts_[static_cast<std::size_t>(part)].order(g);
    for (const auto i : within.elements<std::int64_t>()) *to++ = starts_[static_cast<std::size_t>(part)] + i;
  }
  return all;
}

}  // namespace seegrad::nn
