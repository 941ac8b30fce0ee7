#pragma once
// A program written as C++, built by the system's compiler and loaded.

#include <autodiff/run/code.hpp>
#include <memory>

namespace seegrad::detail::run {

class compiled_source {
 public:
  /// Of both codes of one program, planned. What was built before is taken from a folder: SEEGRAD_CACHE, or seegrad in XDG_CACHE_HOME or ~/.cache. The compiler is $CXX, or
  /// c++. Throws where to_cpp does, without a compiler, if it fails, and without such a folder.
  static auto make(const code& values, const code& slopes) -> std::shared_ptr<const compiled_source>;

  ~compiled_source();
  compiled_source(const compiled_source&) = delete;
  auto operator=(const compiled_source&) -> compiled_source& = delete;

  /// False where a guard got another answer.
  auto values(const double* x, double* y) const -> bool { return values_(x, y); }
  auto vjp(const double* x, const double* w, double* y, double* slopes) const -> bool { return vjp_(x, w, y, slopes); }

 private:
  compiled_source() = default;

  void* library_ = nullptr;
  bool (*values_)(const double*, double*) = nullptr;
  bool (*vjp_)(const double*, const double*, double*, double*) = nullptr;
};

}  // namespace seegrad::detail::run
