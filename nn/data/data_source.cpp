#include <nn/data/data_source.hpp>

#include <fmt/format.h>
#include <numeric>
#include <vector>

namespace seegrad::nn {
namespace {

class part_of_source : public sample_source {
 public:
  part_of_source(data_source whole, std::vector<std::int64_t> numbers) : whole_(std::move(whole)), numbers_(std::move(numbers)) {}

  auto size() const -> index_t override { return static_cast<index_t>(numbers_.size()); }
  auto batch(std::span<const std::int64_t> numbers) const -> dataset override {
    std::vector<std::int64_t> theirs;
    theirs.reserve(numbers.size());
    for (const auto i : numbers) theirs.push_back(numbers_[static_cast<std::size_t>(i)]);
    return whole_.batch(theirs);
  }

 private:
  data_source whole_;
  std::vector<std::int64_t> numbers_;
};

}  // namespace

data_source::data_source(std::shared_ptr<const sample_source> source) : source_(std::move(source)) {
  if (!source_) throw error("data_source: there is no source behind the pointer");
}

auto data_source::size() const -> index_t { return source_ ? source_->size() : memory_.size(); }

auto data_source::batch(std::span<const std::int64_t> numbers) const -> dataset {
  const auto n = size();
  for (const auto i : numbers)
    if (i < 0 || i >= n) throw error(fmt::format("data_source: sample {} of {}", i, n));
  if (!source_) return detail::rows_of(memory_, numbers);
  auto batch = source_->batch(numbers);
  if (batch.size() != static_cast<index_t>(numbers.size()))
    throw error(fmt::format("data_source: {} samples were asked for, and the source gave {}", numbers.size(), batch.size()));
  return batch;
}

auto data_source::range(index_t begin, index_t end) const -> dataset {
  if (!source_) return subset(memory_, begin, end);
  if (begin < 0 || begin > end || end > size())
    throw error(fmt::format("data_source: samples {} up to {} of {}; 0 <= begin <= end <= size is wanted", begin, end, size()));
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(end - begin));
  std::iota(numbers.begin(), numbers.end(), begin);
  return batch(numbers);
}

auto data_source::order(generator& g) const -> array {
  if (!source_) return permutation(g, memory_.size());
  auto order = source_->order(g);
  if (order.type() != int64 || order.shape() != dims{size()})
    throw error(fmt::format("data_source: the source's order is {} of {}; one int64 for each of {} samples is wanted",
                            to_string(order.shape()), name_of(order.type()), size()));
  return order.contiguous();
}

auto data_source::only(const array& index) const -> data_source {
  return part_of_source(*this, detail::sample_numbers(index, size(), "data_source"));
}

}  // namespace seegrad::nn
