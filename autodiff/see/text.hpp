#pragma once
// Numbers and names as the text of a picture.

#include <string>
#include <string_view>

namespace seegrad::detail::see {

/// With `digits` significant digits and a true minus sign: 12, −0.1966, 1.2e−5, nan. The same text with every compiler.
auto put_number(std::string& out, double x, int digits) -> void;
/// With as many digits as it takes to tell it from every other number.
auto put_exact(std::string& out, double x) -> void;
auto number_text(double x, int digits) -> std::string;
/// With commas between the thousands: 9,700.
auto count_text(std::size_t n) -> std::string;

/// In powers of 1000, with two digits at least: 12 MB, 1.2 MB.
auto bytes_text(double bytes) -> std::string;

/// Inside an HTML-like label. A line break in `s` is one in the picture; control characters, and bytes that are not UTF-8, become
/// visible signs in place of making the label unreadable to Graphviz; what is very long is shortened.
auto put_html(std::string& out, std::string_view s, std::string_view line_break = "<br/>") -> void;
/// Inside a quoted string, on one line.
auto put_quoted(std::string& out, std::string_view s) -> void;

}  // namespace seegrad::detail::see
