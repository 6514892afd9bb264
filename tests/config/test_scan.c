#include "scan.h"
#include "suite.h"

#include <errno.h>
#include <string.h>

struct scan_case {
    const char *text;
    size_t at;
    const char *what;
};

static void expect_fault(const char *text, size_t length, size_t at, const char *what)
{
    struct scan scan = {.nodes = NULL};
    struct scan_fault fault = {.at = 0};
    CU_ASSERT_EQUAL(scan_text(text, length, &scan, &fault), -EINVAL);
    CU_ASSERT_EQUAL(fault.at, at);
    CU_ASSERT(strstr(fault.what, what) != NULL);
    if (fault.at != at || !strstr(fault.what, what)) {
        printf("\n    %s\n    expected %zu: %s, got %zu: %s\n", text, at, what, fault.at, fault.what);
    }
}

static void expect_faults(const struct scan_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        expect_fault(cases[i].text, strlen(cases[i].text), cases[i].at, cases[i].what);
    }
}

#define EXPECT(cases) expect_faults(cases, sizeof cases / sizeof cases[0])

static void broken_structure_says_what_is_missing_and_where(void)
{
    static const struct scan_case cases[] = {
        {"",                     0, "empty"                                             },
        {" // nothing\n",        0, "empty"                                             },
        {"{\"a\": 1 \"b\": 2}",  7, "a `,` or `}` is missing here, before `\"`"         },
        {"{\"a\": 1,}",          7, "trailing comma"                                    },
        {"[1, 2,\n]",            5, "trailing comma"                                    },
        {"[1 2]",                2, "a `,` or `]` is missing here, before `2`"          },
        {"{\"a\" 1}",            5, "a `:` is missing after the key, found `1`"         },
        {"{\"a\": }",            6, "a value is missing, found `}`"                     },
        {"{a: 1}",               1, "a key in double quotes is missing, found `a`"      },
        {"{'a': 1}",             1, "a key in double quotes is missing"                 },
        {"{,}",                  1, "a key in double quotes is missing, found `,`"      },
        {"{\"a\": 39,5}",        9, "a number is written with a point"                  },
        {"{\"a\": \xe2\x80\x9c", 6, "quotes are straight here"                          },
        {"{\xe2\x80\x9e",        1, "quotes are straight here"                          },
        {"[,]",                  1, "a value is missing"                                },
        {"{\"a\": [1}",          8, "a `,` or `]` is missing here, before `}`"          },
        {"{\"a\": 1",            0, "this `{` is never closed: a `}` is missing"        },
        {"{\"a\": 1,",           0, "this `{` is never closed"                          },
        {"{\"a\":",              0, "this `{` is never closed"                          },
        {"{\"a\": [1, ",         6, "this `[` is never closed"                          },
        {"{} x",                 3, "text after the end of the configuration, found `x`"},
        {"{}\n{}",               3, "text after the end"                                },
        {"}",                    0, "a value is missing, found `}`"                     },
    };
    EXPECT(cases);
}

static void comments_are_slashes_only_and_have_an_end(void)
{
    static const struct scan_case cases[] = {
        {"{} /* no end",  3,  "never closed"         },
        {"{} /",          3,  "a lone `/`"           },
        {"{} # shell",    3,  "`#` begins no comment"},
        {"{} /* x */ y",  11, "text after"           },
        {"/*/ {}",        0,  "never closed"         },
        {"{\"a\": 1 /2}", 8,  "a lone `/`"           },
    };
    EXPECT(cases);
}

static void numbers_are_strict(void)
{
    static const struct scan_case cases[] = {
        {"[01]",                                         1, "needless 0"             },
        {"[-]",                                          1, "digits after `-`"       },
        {"[+1]",                                         1, "digit or `-`"           },
        {"[.5]",                                         1, "digit or `-`"           },
        {"[5.]",                                         1, "decimal point"          },
        {"[1e]",                                         1, "after its `e`"          },
        {"[1e+]",                                        1, "after its `e`"          },
        {"[0x10]",                                       1, "not a number"           },
        {"[30min]",                                      1, "without a unit"         },
        {"[1.2.3]",                                      1, "not a number"           },
        {"[NaN]",                                        1, "not a finite number"    },
        {"[-Infinity]",                                  1, "not a finite number"    },
        {"[Infinity]",                                   1, "not a finite"           },
        {"[nan]",                                        1, "not a finite"           },
        {"[-nan]",                                       1, "not a finite"           },
        {"[00]",                                         1, "needless 0"             },
        {"[1.0000000000000000000000000000000000000000]", 1, "more than 40 characters"},
    };
    EXPECT(cases);
}

static void strings_are_closed_on_their_line_and_known_escapes_only(void)
{
    static const struct scan_case cases[] = {
        {"[\"abc",               1, "not closed on its line"  },
        {"[\"abc\n\"]",          1, "not closed"              },
        {"[\"a\tb\"]",           3, "a tab in a string"       },
        {"[\"\\x\"]",            2, "unknown escape"          },
        {"[\"\\",                2, "unknown escape"          },
        {"[\"\\u12g4\"]",        2, "four hexadecimal"        },
        {"[\"\\u0000\"]",        2, "\\u0000"                 },
        {"[\"\\ud800\"]",        2, "half of a surrogate pair"},
        {"[\"\\ud800\\u0041\"]", 2, "half of"                 },
        {"[\"\\udc00\"]",        2, "half of"                 },
        {"['a']",                1, "\"double\" quotes"       },
    };
    EXPECT(cases);
}

static void bare_words_are_three(void)
{
    static const struct scan_case cases[] = {
        {"[True]",      1, "unknown word `True`" },
        {"[yes]",       1, "unknown word `yes`"  },
        {"[nulls]",     1, "unknown word `nulls`"},
        {"[undefined]", 1, "true, false and null"},
    };
    EXPECT(cases);
}

static void bytes_that_are_no_text_are_refused_anywhere(void)
{
    expect_fault("{}\0", 3, 2, "byte 0x00");
    expect_fault("{} // \x01", 7, 6, "byte 0x01");
    expect_fault("[\"\x7F\"]", 5, 2, "byte 0x7F");
    expect_fault("[\"\xC3\"]", 5, 2, "byte 0xC3");
    expect_fault("[\"\xC0\xAF\"]", 6, 2, "byte 0xC0");
    expect_fault("[\"\xED\xA0\x80\"]", 7, 2, "byte 0xED");
    expect_fault("[\"\xF4\x90\x80\x80\"]", 8, 2, "byte 0xF4");
    expect_fault("[\"\xE2\x82\x28\"]", 7, 2, "byte 0xE2");
    expect_fault("\xFF\xFE{\0}\0", 6, 0, "byte 0xFF");
    expect_fault("{}\xE2\x82", 4, 2, "byte 0xE2");
}

static void depth_sixteen_is_allowed_and_seventeen_is_not(void)
{
    struct scan scan;
    struct scan_fault fault;
    const char *sixteen = "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]";
    CU_ASSERT_EQUAL_FATAL(scan_text(sixteen, strlen(sixteen), &scan, &fault), 0);
    CU_ASSERT_EQUAL(scan.count, 16);
    scan_free(&scan);
    expect_fault("[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", 34, 16, "nested more than 16 deep");
}

static void members_are_limited(void)
{
    char text[2 * SCAN_MEMBERS_MAX + 3] = "[";
    struct scan scan;
    struct scan_fault fault;
    for (size_t i = 0; i <= SCAN_MEMBERS_MAX; i++) {
        text[1 + 2 * i] = '0';
        text[2 + 2 * i] = ',';
    }
    text[2 * SCAN_MEMBERS_MAX] = ']';
    CU_ASSERT_EQUAL_FATAL(scan_text(text, 2 * SCAN_MEMBERS_MAX + 1, &scan, &fault), 0);
    scan_free(&scan);
    text[2 * SCAN_MEMBERS_MAX] = ',';
    text[2 * SCAN_MEMBERS_MAX + 2] = ']';
    expect_fault(text, 2 * SCAN_MEMBERS_MAX + 3, 2 * SCAN_MEMBERS_MAX + 1, "more than 512 members");
}

static void nodes_have_the_places_of_keys_and_values(void)
{
    static const char text[] = "{ \"a\" : [1, /* , */ {\"b\": \"\\u20AC\"}],\r\n \"c\": null } // end";
    struct scan scan;
    struct scan_fault fault;
    static const struct scan_node expected[] = {
        {0,  0,  6},
        {2,  8,  5},
        {9,  9,  3},
        {20, 20, 5},
        {21, 26, 5},
        {40, 45, 6},
    };
    CU_ASSERT_EQUAL_FATAL(scan_text(text, strlen(text), &scan, &fault), 0);
    CU_ASSERT_EQUAL_FATAL(scan.count, 6);
    for (size_t i = 0; i < scan.count; i++) {
        CU_ASSERT_EQUAL(scan.nodes[i].key_at, expected[i].key_at);
        CU_ASSERT_EQUAL(scan.nodes[i].value_at, expected[i].value_at);
        CU_ASSERT_EQUAL(scan.nodes[i].next, expected[i].next);
    }
    CU_ASSERT_STRING_EQUAL(scan.clean, "{ \"a\" : [1,         {\"b\": \"\\u20AC\"}],\r\n \"c\": null }       ");
    scan_free(&scan);
}

static void a_byte_order_mark_is_passed_over(void)
{
    struct scan scan;
    struct scan_fault fault;
    CU_ASSERT_EQUAL_FATAL(scan_text("\xEF\xBB\xBF{}", 5, &scan, &fault), 0);
    CU_ASSERT_EQUAL(scan.nodes[0].value_at, 3);
    scan_free(&scan);
    scan_free(&scan);
    scan_free(NULL);
}

static const struct suite_test tests[] = {
    {"broken structure says what is missing and where",           broken_structure_says_what_is_missing_and_where},
    {"comments are slashes only and have an end",                 comments_are_slashes_only_and_have_an_end      },
    {"numbers are strict",                                        numbers_are_strict                             },
    {"strings are closed on their line, with known escapes only",
     strings_are_closed_on_their_line_and_known_escapes_only                                                     },
    {"bare words are three",                                      bare_words_are_three                           },
    {"bytes that are no text are refused anywhere",               bytes_that_are_no_text_are_refused_anywhere    },
    {"depth sixteen is allowed and seventeen is not",             depth_sixteen_is_allowed_and_seventeen_is_not  },
    {"members of an object or list are limited",                  members_are_limited                            },
    {"nodes have the places of keys and values",                  nodes_have_the_places_of_keys_and_values       },
    {"a byte order mark is passed over",                          a_byte_order_mark_is_passed_over               },
};

int main(void)
{
    return suite_run("config scanner", tests, sizeof tests / sizeof tests[0]);
}
