#include <nn/data/mapped_data.hpp>

#include <cmath>
#include <fmt/format.h>
#include <nn/data/scale.hpp>

namespace seegrad::nn {

mapped_data::mapped_data(const std::filesystem::path& inputs, const std::filesystem::path& targets, const mapped_options& how)
    : inputs_(inputs, how.access),
      targets_(targets, how.access),
      inputs_as_(how.inputs_as.value_or(inputs_.type())),
      targets_as_(how.targets_as.value_or(targets_.type())),
      divisor_(how.divisor) {
  if (inputs_.size() != targets_.size())
    throw error(fmt::format("mapped_data: '{}' has {} rows and '{}' {}; a row of each is a sample", inputs.string(),
                            inputs_.size(), targets.string(), targets_.size()));
  if (!std::isfinite(divisor_) || divisor_ == 0)
    throw error(fmt::format("mapped_data: inputs cannot be divided by {}", divisor_));
  if (divisor_ != 1 && !is_floating(inputs_as_))
    throw error(fmt::format("mapped_data: inputs of '{}' are {}, and dividing them by {} needs .inputs_as = float32 or float64",
                            inputs.string(), name_of(inputs_as_), divisor_));
}

auto mapped_data::batch(std::span<const std::int64_t> numbers) const -> dataset {
  return {detail::divided(inputs_.rows(numbers).cast(inputs_as_), divisor_), targets_.rows(numbers).cast(targets_as_)};
}

}  // namespace seegrad::nn
