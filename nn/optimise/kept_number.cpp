#include <autodiff/array/create.hpp>
#include <cmath>
#include <fmt/format.h>
#include <nn/optimise/kept_number.hpp>

namespace seegrad::nn::detail {

auto kept(std::int64_t n) -> array { return full({}, static_cast<double>(n), int64); }

auto kept_number(const std::map<std::string, array>& state, const std::string& key, std::string_view who) -> double {
  const auto at = state.find(key);
  if (at == state.end())
    throw error(fmt::format("{}: load_state: the state has no \"{}\"; it is that of something else", who, key));
  if (at->second.size() != 1)
    throw error(fmt::format("{}: load_state: \"{}\" is {}; it is one number", who, key, to_string(at->second.shape())));
  const double x = at->second.item();
  if (std::isnan(x)) throw error(fmt::format("{}: load_state: \"{}\" is NaN", who, key));
  return x;
}

auto kept_count(const std::map<std::string, array>& state, const std::string& key, std::string_view who, std::int64_t least)
    -> std::int64_t {
  constexpr double most = 9007199254740992;
  const double n = kept_number(state, key, who);
  if (n != std::floor(n) || n < static_cast<double>(least) || n > most)
    throw error(fmt::format("{}: load_state: \"{}\" is {}, and not a whole number from {} on", who, key, n, least));
  return static_cast<std::int64_t>(n);
}

}  // namespace seegrad::nn::detail
