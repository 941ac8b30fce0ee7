#pragma once
// What a call says when it throws, and what is in a text.

#include <autodiff/array/error.hpp>
#include <doctest/doctest.h>
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
/// Checks that it does, and shows the text if it does not.
inline auto check_contains(const std::string& text, const std::string& part) -> void {
  CAPTURE(text);
  CAPTURE(part);
  CHECK(contains(text, part));
}
inline auto count(std::string_view text, std::string_view part) -> int {
  int n = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++n;
  return n;
}
