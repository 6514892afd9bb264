#include "why.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void why_add(char *why, size_t size, const char *format, ...)
{
    size_t used = size > 0 ? strnlen(why, size) : 0;
    if (used < size) {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(why + used, size - used, format, arguments);
        va_end(arguments);
    }
}
