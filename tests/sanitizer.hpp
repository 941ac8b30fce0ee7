#pragma once
// Which sanitizer a test is compiled for, which g++ and clang say in two ways.

#if defined(__has_feature)
#define CLANG_HAS_FEATURE(name) __has_feature(name)
#else
#define CLANG_HAS_FEATURE(name) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || CLANG_HAS_FEATURE(address_sanitizer)
inline constexpr bool has_address_sanitizer = true;
#else
inline constexpr bool has_address_sanitizer = false;
#endif
#if defined(__SANITIZE_THREAD__) || CLANG_HAS_FEATURE(thread_sanitizer)
inline constexpr bool has_thread_sanitizer = true;
#else
inline constexpr bool has_thread_sanitizer = false;
#endif
inline constexpr bool is_sanitized = has_address_sanitizer || has_thread_sanitizer;
