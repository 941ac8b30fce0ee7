#include <nn/module/fields.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <fmt/format.h>
#include <nn/module/parameter.hpp>

namespace seegrad::nn::detail {

auto listed_bytes::add(const void* field, std::size_t size) -> void {
  const auto at = static_cast<const char*>(field) - object_;
  if (at < 0 || static_cast<std::size_t>(at) + size > size_) elsewhere_ = true;
  else covered_.emplace_back(static_cast<std::size_t>(at), size);
}

auto listed_bytes::expect_no_gap(std::string_view type) const -> void {
  if (elsewhere_) return;
  auto sorted = covered_;
  std::sort(sorted.begin(), sorted.end());
  sorted.emplace_back(size_, 0);
  std::size_t end = 0, listed = 0;
  for (const auto& [at, size] : sorted) {
    if (at >= end + sizeof(parameter))
      throw error(fmt::format(
          "{}: its list of fields has {} of {} bytes, and leaves out those from {} to {}, where a parameter has room; "
          "list that member too, see(\"name\", self.name), also if it has no parameters",
          type, listed, size_, end, at));
    listed += size, end = std::max(end, at + size);
  }
}

}  // namespace seegrad::nn::detail
