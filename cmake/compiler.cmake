# Every target of the project links soothe_options: one place for warnings, sanitizers and hardening.
add_library(soothe_options INTERFACE)
target_include_directories(soothe_options INTERFACE ${PROJECT_SOURCE_DIR}/include)
target_compile_definitions(soothe_options INTERFACE _GNU_SOURCE SOOTHE_VERSION="${PROJECT_VERSION}")
target_compile_options(soothe_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wswitch-enum -Wmissing-prototypes -Wstrict-prototypes
  -Wformat=2 -Wundef -Wvla -fno-common
  # Sentences for people are cut to their buffer on purpose; where a cut text would be wrong, its length is checked.
  $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>)

if(SOOTHE_WERROR)
  target_compile_options(soothe_options INTERFACE -Werror)
endif()

if(SOOTHE_SANITIZE)
  target_compile_options(soothe_options INTERFACE
    -fsanitize=${SOOTHE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(soothe_options INTERFACE -fsanitize=${SOOTHE_SANITIZE})
endif()

if(SOOTHE_COVERAGE)
  target_compile_options(soothe_options INTERFACE --coverage -O0)
  target_link_options(soothe_options INTERFACE --coverage)
endif()

if(SOOTHE_HARDEN)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  target_compile_options(soothe_options INTERFACE
    -fPIE -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  target_link_options(soothe_options INTERFACE -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()
