#pragma once
// Single numbers in the states that optimisers, and what watches them, keep as arrays: what comes out of a file may be anything.

#include <autodiff/array/array.hpp>
#include <map>
#include <string>
#include <string_view>

namespace seegrad::nn::detail {

/// As a state has it.
auto kept(std::int64_t n) -> array;

/// Throws in the name of `who` if the state has no such number, or NaN.
auto kept_number(const std::map<std::string, array>& state, const std::string& key, std::string_view who) -> double;
/// Throws as well unless it is whole, from `least` to 2^53.
auto kept_count(const std::map<std::string, array>& state, const std::string& key, std::string_view who, std::int64_t least = 0)
    -> std::int64_t;

}  // namespace seegrad::nn::detail
