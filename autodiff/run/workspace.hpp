#pragma once
// Memory for a run, which a thread keeps for its next.

#include <cstddef>
#include <memory>
#include <new>

namespace seegrad::detail::run {

/// An operation of a user's may itself run a program, which then has memory of its own.
class workspace {
 public:
  static constexpr std::size_t alignment = 64;

  explicit workspace(std::size_t numbers);
  ~workspace();
  workspace(const workspace&) = delete;
  auto operator=(const workspace&) -> workspace& = delete;

  auto data() const -> double* { return room_.memory.get(); }

 private:
  struct release {
    auto operator()(double* p) const -> void { ::operator delete(p, std::align_val_t(alignment)); }
  };
  struct room {
    std::unique_ptr<double, release> memory;
    std::size_t size = 0;
  };
  static thread_local room spare;

  room room_;
};

}  // namespace seegrad::detail::run
