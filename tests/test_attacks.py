"""The list of attacks: each names the tests that stand against it, or says why it does not concern us."""

import ast
from pathlib import Path

import pytest

HERE = Path(__file__).parent
F, W, H, R = "bot/helpdesks/test_forgery.py", "bot/web/test_login.py", "handlers", "rules"
ATTACKS: dict[str, tuple[str, ...]] = {
    "S1 forged signatures": (f"{F}::test_a_forged_call_is_refused", f"{F}::test_garbage_is_refused_and_breaks_nothing",
                             "bot/test_ingest.py::test_forged_calls_get_one_answer_whatever_is_wrong_with_them"),
    "S2 stripped signatures": (f"{F}::test_a_signed_chatwoot_cannot_be_stripped_to_an_unsigned_one",),
    "S3 replay": ("bot/test_ingest.py::test_a_replay_is_harmless_in_its_window_and_refused_after_it",
                  f"{F}::test_a_call_made_with_another_secret_is_refused"),
    "S4 replay without a timestamp": (f"{H}/test_intake.py::test_the_same_event_twice_is_one_message",
                                      "bot/helpdesks/test_zammad.py::test_a_signed_ticket_of_long_ago_is_a_replay"),
    "S5 oversized bodies": ("bot/test_ingest.py::test_a_body_is_not_read_beyond_its_limit",
                            f"{W}::test_a_huge_form_is_not_read"),
    "S6 compressed bodies": ("bot/test_ingest.py::test_a_compressed_body_is_not_opened",),
    "S7 hostile JSON": ("bot/helpdesks/test_json_body.py::test_what_is_no_proper_json_is_refused",
                        "bot/test_ingest.py::test_nul_surrogates_and_endless_texts_reach_the_inbox_cleaned"),
    "S8 hostile letters": (
        f"{R}/test_events.py::test_control_characters_and_lone_surrogates_are_taken_out_and_long_texts_are_cut",
        f"{R}/test_defang.py::test_defanging_never_fails_and_twice_is_once"),
    "S10 hostile expressions": (f"{R}/test_packs.py::test_a_pathological_regex_cannot_hold_anybody_up",
                                f"{R}/test_signals.py::test_no_message_is_tried_in_millions_of_ways"),
    "S11 SQL": ("bot/web/test_attacks.py::test_words_are_never_sql",),
    "S12 mentions": (f"{R}/test_defang.py::test_nothing_in_a_customers_words_can_be_pressed_or_call_anybody",),
    "S13 markup in cards": (f"{R}/test_defang.py::test_nothing_in_a_customers_words_can_be_pressed_or_call_anybody",
                            "bot/chats/test_dingtalk_draw.py::test_only_web_addresses_become_links"),
    "S14 words for a model": (
        "bot/test_second_opinion.py::test_an_answer_that_is_not_what_was_asked_for_is_thrown_away",),
    "S16 guessed addresses": ("bot/web/test_live_page.py::test_only_the_random_address_opens_a_conversation",),
    "S17 shared links": (f"{W}::test_an_old_link_or_one_of_somebody_who_left_does_not",
                         f"{W}::test_every_answer_carries_strict_headers", "bot/web/test_matrix.py::test_pages"),
    "S18 pre-fetched links": ("bot/web/test_attacks.py::test_a_chat_that_fetches_links_beforehand_looks_at_nothing",
                              f"{W}::test_a_link_lets_one_browser_in_once_however_often_it_was_looked_at"),
    "S19 other sites": (f"{W}::test_a_form_sent_by_another_site_changes_nothing_even_with_the_token",
                        "bot/web/test_loopback.py::test_the_page_of_another_is_refused"),
    "S20 fixed sessions, guesses": (f"{W}::test_a_login_brings_a_new_secret_and_ends_the_old_session",
                                    f"{W}::test_guesses_let_nobody_in"),
    "S22 roles": (f"{H}/test_matrix.py::test_buttons", f"{H}/test_matrix.py::test_typed_commands",
                  "bot/web/test_matrix.py::test_pages", "bot/web/test_matrix.py::test_forms",
                  "bot/web/test_matrix.py::test_the_sandboxs_api",
                  "bot/web/test_attacks.py::test_refusals_leave_a_record"),
    "S23 other teams": ("bot/web/test_live_page.py::test_roles_and_teams_decide_who_may_listen",
                        "bot/web/test_attacks.py::test_a_card_pressed_in_another_group_does_nothing",
                        f"{H}/test_quiet.py::test_what_was_called_about_says_so_and_others_teams_are_not_shown"),
    "S24 votes": (
        f"{H}/test_votes_together.py::test_no_vote_of_five_hundred_is_lost_and_the_tally_is_that_of_the_ledger",),
    "S25 stale cards": (f"{H}/test_alerts.py::test_the_same_press_twice_changes_nothing_more",
                        "bot/web/test_attacks.py::test_a_card_speaks_only_of_its_own_matter"),
    "S26 judging oneself": (f"{H}/test_appeals.py::test_an_appeal_goes_to_somebody_who_had_no_part_in_it",
                            f"{H}/test_appeals.py::test_who_said_why_has_judged_too"),
    "S27 canaries": ("bot/web/test_canaries.py::test_no_card_post_or_record_shows_them",
                     "bot/web/test_canaries.py::test_no_page_shows_them_to_anybody",
                     "bot/web/test_canaries.py::test_no_log_error_or_label_shows_them",
                     "bot/test_second_opinion.py::test_what_is_sent_holds_no_personal_data"),
    "S28 ways of writing": (f"{R}/test_privacy.py::test_personal_numbers_are_hidden_in_every_way_of_writing_them",
                            f"{R}/test_privacy.py::test_order_and_waybill_numbers_stay_readable",
                            f"{R}/test_addresses.py::test_nine_of_ten_addresses_put_together_by_chance_are_hidden_too"),
    "S29 secrets in logs": ("bot/test_log.py::test_a_secret_never_reaches_the_log",),
    "S30 retention and erasure": (f"{H}/test_retention.py::test_after_its_time_a_conversation_holds_no_personal_data",
                                  f"{H}/test_erasing.py::test_no_row_holds_a_word_of_an_erased_customer",
                                  "bot/test_keeping.py::test_nothing_of_an_erased_customer_is_left_in_the_file"),
    "S31 a changed audit log": ("storage/test_chain.py::test_the_first_changed_row_is_told",
                                "storage/test_chain.py::test_a_row_that_is_gone_is_told",
                                "storage/test_chain.py::test_many_writers_make_one_chain",
                                "bot/test_keeping.py::test_a_changed_line_of_the_audit_log_is_found"),
    "S32 formulas, paths": ("bot/test_sheets.py::test_no_cell_is_a_formula",
                            "bot/test_keeping.py::test_the_audit_log_as_a_file_calculates_nothing"),
    "S33 a flood of commands": (
        "bot/test_turns.py::test_a_hundred_commands_at_once_are_answered_as_far_as_a_hand_types",
        "bot/test_turns.py::test_others_are_answered_meanwhile_and_they_again_after_a_minute",
        "bot/test_turns.py::test_a_press_too_many_does_nothing_and_says_so",
        "bot/test_turns.py::test_forms_of_the_pages_have_the_same_limit",
        "bot/test_patience.py::test_who_asks_for_too_much_hears_what_to_do",
        "bot/test_patience.py::test_others_are_answered_meanwhile",
        "bot/test_patience.py::test_a_page_says_so_too"),
    "S34 mistakes in the config": ("bot/test_ingest.py::test_a_secret_of_no_use_stops_the_start_with_a_sentence",
                                   "bot/web/test_personas.py::test_personas_log_in_only_where_nobody_else_can_come"),
    "S36 fuzz": ("bot/web/test_attacks.py::test_no_page_breaks_whatever_is_asked_of_it",
                 "bot/test_ingest.py::test_whatever_a_sender_with_the_secret_sends_nothing_breaks"),
}  # fmt: skip
NOT_OURS = {
    "S9": "nothing here reads XML",
    "S15": "no address out of a payload is ever fetched; there is no code for it to test",
    "S21": "both platforms are heard by outgoing connections; there is no callback address to forge",
    "S35": "the locks are checked in test_house.py; audits belong to CI",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_somebody_stands_against_it(attack: str) -> None:
    for test in ATTACKS[attack]:
        path, _, name = test.partition("::")
        tree = ast.parse((HERE / path).read_text("utf8"))
        found = {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert name in found, test


def test_no_attack_is_left_out() -> None:
    told = {name.split()[0] for name in (*ATTACKS, *NOT_OURS)}
    assert told == {f"S{number}" for number in range(1, 37)}
