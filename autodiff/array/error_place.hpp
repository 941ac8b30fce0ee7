#pragma once
// Where in a program an error happened, such as in which layer of a network:
//
//   const error_place here([](const void* l) { return static_cast<const layer*>(l)->name; }, this);
//   throw error("conv2d: …");                       // in blocks.3.c1 conv2d: conv2d: …
//
// A place costs two pointers, since its text is made only for an error.

#include <string>

namespace seegrad::detail {

/// While it lives, errors of this thread begin with "in ", the text and a colon; of several places the innermost that has a text gives it.
class error_place {
 public:
  using text = std::string (*)(const void* what);

  error_place(text text_of, const void* what) noexcept : outer_(innermost), text_of_(text_of), what_(what) { innermost = this; }
  ~error_place() { innermost = outer_; }
  error_place(const error_place&) = delete;
  auto operator=(const error_place&) -> error_place& = delete;

  /// The message with the place before it, unless it is there.
  static auto before(const std::string& message) -> std::string;

 private:
  static constinit thread_local const error_place* innermost;

  const error_place* outer_;
  text text_of_;
  const void* what_;
};

}  // namespace seegrad::detail
