"""One good set of arguments for every rule of ours, and the frame they fit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl

START = datetime(2017, 2, 1)
FRAME = pl.DataFrame(
    {
        "user": [1, 1, 2, 2, 3, 3, 4, None],
        "item": ["a", "b", "a", "a", "c", "c", "d", "b"],
        "price": [1.0, 2.5, None, 4.0, 8.0, 16.0, 32.0, 64.0],
        "at": [START + timedelta(days=day) for day in range(8)],
        "seen": [START + timedelta(days=day - 1) for day in range(8)],
        "split": ["train"] * 5 + ["test"] * 3,
        "grade": [1, None, 2, 3, 0, 1, 2, 1],
        "label": ["x", "y", "x", "y", "x", "y", "x", "y"],
        "p_x": [0.9, 0.2, 0.7, 0.1, 0.8, 0.3, 0.6, 0.4],
        "p_y": [0.1, 0.8, 0.3, 0.9, 0.2, 0.7, 0.4, 0.6],
        "words": [["red", "shoe"], ["shoe"], ["shoe", "rack"], ["red"], ["a"], ["shoe", "a"], ["rack"], None],
        "tags": [
            ["B-color", "B-item"],
            ["I-item"],
            ["B-item", "I-item"],
            ["O", "O"],
            ["B-size"],
            ["O", None],
            ["O"],
            None,
        ],
    }
)
PUBLISHED = pl.DataFrame(
    {
        "user": [1, 2, 9, None],
        "item": ["a", "b", "z", "a"],
        "price": [1.0, 3.0, 5.0, None],
        "at": [START - timedelta(days=day) for day in range(1, 5)],
    }
)
REFERENCE = "raw/other"

ARGUMENTS: dict[str, dict[str, Any]] = {
    "expect_column_tags_to_be_iob2": {"column": "tags", "types": ["item", "color"], "token_column": "words"},
    "expect_column_list_to_be_a_key": {"column_list": ["user", "item"]},
    "expect_column_list_values_to_be_finite": {"column_list": ["price", "p_x"]},
    "expect_column_max_to_be_recent": {"column": "at", "max_age_hours": 48, "as_of": "2017-02-09"},
    "expect_column_times_to_be_apart_from_reference": {
        "column": "at", "side": "after", "reference": REFERENCE, "reference_column": "at", "gap_hours": 24,
    },
    "expect_column_values_to_be_clean_text": {"column": "item"},
    "expect_column_values_to_be_in_one_group": {"column": "user", "group_column": "split"},
    "expect_column_values_to_exist_in_reference": {
        "column": "user", "reference": REFERENCE, "reference_column": "user",
    },
    "expect_column_values_to_not_be_in_the_future": {"column": "at", "as_of": "2017-02-06", "tolerance_seconds": 60},
    "expect_column_values_to_not_precede_cause": {"column": "at", "cause_column": "seen"},
    "expect_column_values_to_not_precede_cause_in_reference": {
        "column": "at", "key_column": "user", "reference": REFERENCE, "reference_key": "user", "reference_column": "at",
    },
    "expect_days_to_have_rows": {"column": "at", "min_rows": 1},
    "expect_effective_number_of_classes_to_be_at_least": {"column": "item", "min_number": 2.5},
    "expect_every_slice_to_be_fresh": {
        "column": "at", "slice_column": "user", "max_age_hours": 48, "as_of": "2017-02-08",
    },
    "expect_expression_to_hold": {"left": {"add": ["p_x", "p_y"]}, "operator": "<=", "right": 1.001},
    "expect_gini_coefficient_to_be_at_most": {"column": "item", "max_gini": 0.3},
    "expect_impressions_to_be_distinct": {
        "column_list": ["user", "item"], "time_column": "at", "within_seconds": 86_400,
    },
    "expect_judged_query_share_to_be_at_least": {
        "column": "user", "item_column": "item", "judgement_column": "grade", "min_items": 2, "min_share": 0.5,
    },
    "expect_kolmogorov_smirnov_distance_to_be_at_most": {
        "column": "price", "reference": REFERENCE, "max_distance": 0.9, "min_rows": 1,
    },
    "expect_label_noise_to_be_at_most": {
        "column": "label", "probabilities": ["p_x", "p_y"], "classes": ["x", "y"], "max_share": 0.1, "min_rows": 1,
    },
    "expect_largest_class_share_to_be_at_most": {"column": "item", "max_share": 0.4},
    "expect_orphan_share_to_be_at_most": {
        "column": "item", "reference": REFERENCE, "reference_column": "item", "max_share": 0.2,
    },
    "expect_population_stability_index_to_be_at_most": {
        "column": "price", "reference": REFERENCE, "max_psi": 0.25, "bins": 3, "min_rows": 1,
    },
    "expect_reference_coverage_to_be_at_least": {
        "column": "item", "reference": REFERENCE, "reference_column": "item", "min_share": 0.6,
    },
    "expect_rows_to_be_absent_from_reference": {"column_list": ["user", "item"], "reference": REFERENCE},
    "expect_rows_to_be_distinct": {"column_list": ["user", "item"]},
    "expect_rows_to_be_in_one_split": {"column_list": ["user", "item"], "split_column": "split"},
    "expect_rows_to_exist_in_reference": {"column_list": ["user", "item"], "reference": REFERENCE},
    "expect_smallest_class_count_to_be_at_least": {"column": "item", "min_count": 2},
    "expect_splits_to_follow_in_time": {"column": "at", "split_column": "split", "order": ["train", "test"]},
    "expect_table_schema_to_match": {"column_types": {"user": "Int64", "item": "String"}},
}  # fmt: skip
