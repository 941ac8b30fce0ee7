#pragma once
// What a call says when it throws.

#include <autodiff/array/error.hpp>
#include <string>
#include <string_view>

template <class F>
auto message_of(F&& f) -> std::string {
  try {
    f();
  } catch (const seegrad::error& e) {
    return e.what();
  }
  return "no error";
}

inline auto contains(std::string_view text, std::string_view part) -> bool { return text.find(part) != std::string_view::npos; }
