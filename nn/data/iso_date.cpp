#include <nn/data/iso_date.hpp>

#include <chrono>

namespace seegrad::nn::detail {
namespace {

class date_reader {
 public:
  explicit date_reader(std::string_view text) : rest_(text) {}

  auto read() -> std::optional<double> {
    const auto year = digits(4);
    if (!take('-')) return {};
    const auto month = digits(2);
    if (!take('-')) return {};
    const auto day = digits(2);
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!good_ || !date.ok()) return {};
    double seconds = 86400.0 * static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
    if (rest_.empty()) return seconds;
    if (!take('T') && !take('t') && !take(' ')) return {};
    seconds += time();
    seconds -= zone();
    if (!good_ || !rest_.empty()) return {};
    return seconds;
  }

 private:
  auto take(char c) -> bool {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  auto digits(int n) -> int {
    int x = 0;
    for (; n > 0; --n) {
      good_ = good_ && !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9';
      if (!good_) return 0;
      x = 10 * x + (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    return x;
  }

  auto time() -> double {
    const auto hours = digits(2);
    good_ = good_ && take(':');
    const auto minutes = digits(2);
    double seconds = 0;
    if (take(':')) {
      seconds = digits(2);
      good_ = good_ && seconds < 60;
      if (take('.') || take(',')) seconds += fraction();
    }
    good_ = good_ && hours < 24 && minutes < 60;
    return 3600.0 * hours + 60.0 * minutes + seconds;
  }

  auto fraction() -> double {
    double digits_seen = 0, unit = 1;
    good_ = good_ && !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9';
    for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; rest_.remove_prefix(1))
      if (unit < 1e15) digits_seen = 10 * digits_seen + (rest_[0] - '0'), unit *= 10;
    return digits_seen / unit;
  }

  auto zone() -> double {
    if (rest_.empty() || take('Z') || take('z')) return 0;
    const bool east = rest_[0] == '+';
    if (!take('+') && !take('-')) return good_ = false, 0;
    const auto hours = digits(2);
    const bool has_minutes = take(':') || !rest_.empty();
    const auto minutes = has_minutes ? digits(2) : 0;
    good_ = good_ && hours < 24 && minutes < 60;
    return (east ? 1 : -1) * (3600.0 * hours + 60.0 * minutes);
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

auto seconds_of(std::string_view date) -> std::optional<double> { return date_reader(date).read(); }

}  // namespace seegrad::nn::detail
