#include <autodiff/array/print.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <ostream>

namespace seegrad {
namespace {

constexpr int default_precision = 8;

// --- one number ------------------------------------------------------------------------------------------------------------

// A number in pieces: "-12", "5", "e+03". The pieces are padded apart, so that points stand below each other.
struct pieces {
  std::string whole, fraction, exponent;
};

auto split(std::string_view text) -> pieces {
  const auto e = std::min(text.find('e'), text.size()), point = std::min(text.find('.'), e);
  return {std::string(text.substr(0, point)), std::string(text.substr(std::min(point + 1, e), e - std::min(point + 1, e))),
          std::string(text.substr(e))};
}

// The exact value rounded to so many digits after the point; the shortest digits that read back as x if it is negative.
template <class T>
auto exact(T x, std::chars_format how, int precision) -> pieces {
  char buffer[512];
  const auto end = (precision < 0 ? std::to_chars(buffer, buffer + sizeof buffer, x, how)
                                  : std::to_chars(buffer, buffer + sizeof buffer, x, how, precision))
                       .ptr;
  return split({buffer, static_cast<std::size_t>(end - buffer)});
}

// The shortest digits, or those of the exact value up to `precision` if that is shorter.
template <class T>
auto digits(T x, std::chars_format how, int precision) -> pieces {
  auto out = exact(x, how, -1);
  if (precision >= 0 && std::ssize(out.fraction) > precision) {
    out = exact(x, how, precision);
    out.fraction.erase(out.fraction.find_last_not_of('0') + 1);
  }
  return out;
}

// As Python writes a number that stands alone.
template <class T>
auto alone(T x) -> std::string {
  if (std::isnan(x)) return "nan";
  if (std::isinf(x)) return x > 0 ? "inf" : "-inf";
  const double size = std::abs(static_cast<double>(x));
  if (size == 0 || (size >= 1e-4 && size < 1e16)) {
    const auto p = digits(x, std::chars_format::fixed, -1);
    return p.whole + '.' + (p.fraction.empty() ? "0" : p.fraction);
  }
  const auto p = digits(x, std::chars_format::scientific, -1);
  return p.whole + (p.fraction.empty() ? "" : '.' + p.fraction) + p.exponent;
}

// --- all numbers alike -----------------------------------------------------------------------------------------------------

using writer = std::function<std::string(double)>;

// The rules are those of numpy's FloatingFormat: an exponent from 1e8 on, below 1e-4, or where the numbers span more than 1000.
template <class T>
auto floating_writer(const std::vector<double>& shown, int precision) -> writer {
  T largest = 0, smallest = 0;
  bool any = false, all = true, minus_inf = false;
  for (const double value : shown) {
    const auto x = static_cast<T>(std::abs(value));
    if (!std::isfinite(value)) {
      all = false, minus_inf = minus_inf || value < 0;
    } else {
      if (x != 0 && (smallest == 0 || x < smallest)) smallest = x;
      largest = std::max(largest, x), any = true;
    }
  }
  const bool scientific = smallest != 0 && (largest >= T(1e8) || static_cast<double>(smallest) < 0.0001 ||
                                            static_cast<double>(largest / smallest) > 1000);
  const auto how = scientific ? std::chars_format::scientific : std::chars_format::fixed;

  std::size_t left = 0, right = 0, exponent = 0;
  for (const double x : shown)
    if (std::isfinite(x)) {
      const auto p = digits(static_cast<T>(x), how, precision);
      left = std::max(left, p.whole.size()), right = std::max(right, p.fraction.size()),
      exponent = std::max(exponent, p.exponent.size());
    }
  if (!all) {
    const std::size_t taken = any ? right + exponent + 1 : 1, needed = minus_inf ? 4 : 3;
    left = std::max(left, needed > taken ? needed - taken : 0);
  }
  return [=](double value) {
    if (!std::isfinite(value))
      return fmt::format("{:>{}}", std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf", left + right + exponent + 1);
    // With exponents all have the same number of digits, and as numpy has it these are not made up of zeros.
    auto p =
        scientific ? exact(static_cast<T>(value), how, static_cast<int>(right)) : digits(static_cast<T>(value), how, precision);
    if (scientific) {
      if (p.exponent.size() < exponent) p.exponent.insert(2, exponent - p.exponent.size(), '0');
    }
    return fmt::format("{:>{}}.{:<{}}{}", p.whole, left, p.fraction, right, p.exponent);
  };
}

auto writer_for(const std::vector<double>& shown, dtype type, int precision) -> writer {
  if (precision < 0) precision = default_precision;
  return type == float32 ? floating_writer<float>(shown, precision) : floating_writer<double>(shown, precision);
}

// --- all of them in brackets -----------------------------------------------------------------------------------------------

class layout {
 public:
  layout(const array& x, const print_options& o, std::string_view prefix, std::string_view separator)
      : x_(x), o_(o), separator_(separator), indent_(1 + prefix.size(), ' '), cut_(x.size() > o.threshold) {
    const auto w = static_cast<std::size_t>(std::max(o.width, 1));
    write_ = choose();
    text_ = std::string(block(0, 0, indent_, w - (o.with_type ? 1 : 0)));
  }
  auto text() -> std::string { return std::move(text_); }

 private:
  auto is_cut(int axis) const -> bool { return cut_ && x_.shape()[axis] > 2 * o_.edge; }

  // f(i) for the places along an axis that are shown, and f(-1) for the dots.
  template <class F>
  auto along(int axis, F f) const -> void {
    const auto n = x_.shape()[axis];
    for (index_t i = 0; i < n; ++i) {
      if (is_cut(axis) && i == o_.edge) f(-1), i = n - o_.edge;
      if (i < n) f(i);
    }
  }

  template <class F>
  auto each_shown(int axis, index_t at, const F& f) const -> void {
    if (axis == x_.rank()) return f(at);
    along(axis, [&](index_t i) {
      if (i >= 0) each_shown(axis + 1, at + i * x_.strides()[axis], f);
    });
  }

  // How one element is written, which depends on all that are shown.
  auto choose() -> std::function<std::string(index_t)> {
    return detail::with_type(x_.type(), [&]<class T>(T) -> std::function<std::string(index_t)> {
      const auto* data = x_.data<T>();
      if constexpr (std::same_as<T, bool>) {
        return [data, wide = x_.rank() > 0](index_t at) { return std::string(data[at] ? (wide ? " True" : "True") : "False"); };
      } else if constexpr (std::same_as<T, std::int64_t>) {
        std::size_t width = 0;
        each_shown(0, 0, [&](index_t at) { width = std::max(width, fmt::formatted_size("{}", data[at])); });
        return [=](index_t at) { return fmt::format("{:>{}}", data[at], width); };
      } else {
        std::vector<double> shown;
        each_shown(0, 0, [&](index_t at) { shown.push_back(static_cast<double>(data[at])); });
        return [data, f = writer_for(shown, x_.type(), o_.precision)](index_t at) { return f(static_cast<double>(data[at])); };
      }
    });
  }

  auto block(int axis, index_t at, const std::string& indent, std::size_t width) const -> std::string {
    if (axis == x_.rank()) return write_(at);
    const auto step = x_.strides()[axis];
    const bool innermost = axis == x_.rank() - 1;
    const std::string between = std::string(separator_.substr(0, separator_.find_last_not_of(' ') + 1)) +
                                std::string(static_cast<std::size_t>(x_.rank() - 1 - axis), '\n');
    const auto room = width - std::max<std::size_t>(separator_ == " " ? 0 : 1, 1);
    std::string done, line = indent;
    bool first = true;
    along(axis, [&](index_t i) {
      const auto word = i < 0 ? std::string("...") : block(axis + 1, at + i * step, indent + ' ', width - 1);
      if (!innermost) {
        done += first ? indent + word : between + indent + word;
      } else {
        if (!first) line += separator_;
        if (line.size() + word.size() > room && line.size() > indent.size()) {
          done += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
          line = indent;
        }
        line += word;
      }
      first = false;
    });
    if (innermost) done += line;
    return '[' + done.substr(indent.size()) + ']';
  }

  const array& x_;
  const print_options& o_;
  std::string_view separator_;
  std::string indent_;
  bool cut_;
  std::function<std::string(index_t)> write_;
  std::string text_;
};

auto body(const array& x, const print_options& o, std::string_view prefix, std::string_view separator) -> std::string {
  if (x.size() == 0) return "[]";
  if (x.rank() == 0 && x.is_floating() && o.precision < 0 && prefix.empty())
    return detail::with_floating(x.type(), [&]<class T>(T) { return alone(*x.data<T>()); });
  return layout(x, o, prefix, separator).text();
}

}  // namespace

auto to_string(const array& x, const print_options& options) -> std::string {
  if (!options.with_type) return body(x, options, "", " ");
  std::string shape;
  for (const auto n : x.shape()) shape += fmt::format("{}{}", shape.empty() ? "" : ", ", n);
  const bool tells_shape = x.size() == 0 && x.rank() != 1;
  return fmt::format("array({}{}, dtype={})", body(x, options, "array(", ", "),
                     tells_shape ? fmt::format(", shape=({})", shape) : "", name_of(x.type()));
}

auto detail::bad_array_format() -> void {
  throw fmt::format_error("an array's format is a precision, as in {:.3}, an r, or both");
}

auto operator<<(std::ostream& out, const array& x) -> std::ostream& { return out << to_string(x); }

}  // namespace seegrad

auto fmt::formatter<seegrad::array>::format(const seegrad::array& x, fmt::format_context& context) const
    -> fmt::format_context::iterator {
  return fmt::format_to(context.out(), "{}", seegrad::to_string(x, options));
}
