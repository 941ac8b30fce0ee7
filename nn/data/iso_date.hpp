#pragma once
// Dates as numbers: ISO 8601.

#include <optional>
#include <string_view>

namespace seegrad::nn::detail {

/// Seconds since 1970-01-01T00:00:00Z of "2024-02-29", "2024-02-29T12:30", "… 12:30:05", "…:05.25", with "Z", "+02:00", "+0200" or "+02"
/// behind it or nothing, which counts as Z. Years have four digits. Nothing for what is no date, such as 2023-02-29.
auto seconds_of(std::string_view date) -> std::optional<double>;

}  // namespace seegrad::nn::detail
