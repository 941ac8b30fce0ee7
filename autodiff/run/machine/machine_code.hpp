#pragma once
// A program as instructions of the processor, made in memory: x86-64 with AVX2 or AVX-512 under Linux, where the build has xbyak.
//
// Numbers stay in registers from one operation to the next; what has no instruction, such as exp, is a call to the function or the loop that everything else calls, too.
// Products of adjoints are plain ones. Where an exact zero has met infinity or NaN, a derivative is NaN, and the interpreter is asked instead.

#include <autodiff/run/machine/straight.hpp>
#include <cstddef>
#include <memory>

namespace seegrad::detail::run {

/// Memory that the processor runs.
class machine_code {
 public:
  /// For one point, or for blocks of `block` points, a multiple of `lanes()`. Null where this cannot be: no such processor or system, a guard or an operation of a
  /// user's that it does not know.
  static auto make(const code& c, width w, std::size_t block) -> std::unique_ptr<const machine_code>;
  /// Points in a register of what is made now; 0 where there is no machine code.
  static auto lanes() -> std::size_t;
  /// Of more instructions the text comes from memory too slowly.
  static constexpr std::size_t most_instructions = 200'000;

  ~machine_code();
  machine_code(const machine_code&) = delete;
  auto operator=(const machine_code&) -> machine_code& = delete;

  /// Slots of `block` numbers each that it works in; `inputs` of one point. Of many points the inputs are in their slots, and `count` is a multiple of grain().
  auto run(double* memory, const double* inputs, std::size_t count) const -> void {
    start_(memory, inputs, count * sizeof(double));
  }
  /// As it was made, whatever set of instructions is chosen since.
  auto block() const -> std::size_t { return block_; }
  auto grain() const -> std::size_t { return grain_; }
  auto layout() const -> const machine_layout& { return layout_; }
  /// In bytes.
  auto size() const -> std::size_t { return size_; }

 private:
  using start = void (*)(double* memory, const double* inputs, std::size_t bytes);

  machine_code() = default;

  machine_layout layout_;
  std::size_t block_ = 1, grain_ = 1;
  void* text_ = nullptr;
  std::size_t size_ = 0, reserved_ = 0;
  start start_ = nullptr;
};

}  // namespace seegrad::detail::run
