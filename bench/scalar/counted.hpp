#pragma once
// A number that counts what is done with it. The operations of a kernel are measured with it, not estimated: every
// arithmetic operation and every call of a mathematical function is one, comparisons and copies are none.

#include <cmath>
#include <cstddef>

namespace bench {

class counted {
 public:
  counted(double value = 0.0) : value_(value) {}

  static auto operations() -> std::size_t& {
    static std::size_t count = 0;
    return count;
  }

  friend auto operator+(counted a, counted b) -> counted { return one(a.value_ + b.value_); }
  friend auto operator-(counted a, counted b) -> counted { return one(a.value_ - b.value_); }
  friend auto operator*(counted a, counted b) -> counted { return one(a.value_ * b.value_); }
  friend auto operator/(counted a, counted b) -> counted { return one(a.value_ / b.value_); }
  friend auto operator-(counted a) -> counted { return one(-a.value_); }
  friend auto operator<(counted a, counted b) -> bool { return a.value_ < b.value_; }
  auto operator+=(counted b) -> counted& { return *this = *this + b; }

  friend auto cos(counted x) -> counted { return one(std::cos(x.value_)); }
  friend auto erf(counted x) -> counted { return one(std::erf(x.value_)); }
  friend auto exp(counted x) -> counted { return one(std::exp(x.value_)); }
  friend auto log(counted x) -> counted { return one(std::log(x.value_)); }
  friend auto sin(counted x) -> counted { return one(std::sin(x.value_)); }
  friend auto sqrt(counted x) -> counted { return one(std::sqrt(x.value_)); }
  friend auto tanh(counted x) -> counted { return one(std::tanh(x.value_)); }

 private:
  static auto one(double value) -> counted {
    ++operations();
    return value;
  }
  double value_;
};

}  // namespace bench
