#pragma once
// A library that tests/abi/run changes in one way after another. What stands in detail is inner; `reaches` is part of programs.

#include <memory>
#include <string>
#include <vector>

namespace seegrad {
namespace detail {
auto reached(int x) -> int;
auto hidden(int x) -> int;
}  // namespace detail

struct shape {
  int rows;
  int columns;
};

enum class kind { first, second };

class layer {
 public:
  virtual ~layer();
  virtual auto size() const -> int;
};

class engine {
 public:
  engine(kind k);
  ~engine();

 private:
  struct state;  // which programs do not see
  std::unique_ptr<state> state_;
};

extern const int limit;
auto area(const shape& s) -> int;
auto text(std::vector<double> values) -> std::string;
inline auto reaches(int x) -> int { return detail::reached(x); }
}  // namespace seegrad
