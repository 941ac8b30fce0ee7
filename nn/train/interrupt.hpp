#pragma once
// Ctrl-C that is noticed between two steps.

namespace seegrad::nn::detail {

/// While it lives, the first SIGINT is only noted; a second one does what it did before. Restored at the end.
class interrupt_watch {
 public:
  interrupt_watch();
  ~interrupt_watch();
  interrupt_watch(const interrupt_watch&) = delete;
  auto operator=(const interrupt_watch&) -> interrupt_watch& = delete;

  auto interrupted() const -> bool;
};

}  // namespace seegrad::nn::detail
