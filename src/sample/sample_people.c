/* SPDX-License-Identifier: Apache-2.0 */
#include "sample/sample_people.h"

#include "base/attr.h"

const struct sample_organisation sample_organisations[] = {
    { "ZW1", "Wellside Hospitals", "" },
    { "ZW101", "Wellside North Clinic", "ZW1" },
    { "ZP900", "Market Street Pharmacy", "" },
};
const size_t sample_organisations_count = COUNT(sample_organisations);

/* 677 days ago + 730 = due in 52 days and some hours; 760 days ago = expired 30 days ago. The first
 * one's card is issued by `cardwright init`. */
const struct sample_person sample_people[] = {
    { "margaret-okafor", "900000000017", "Margaret", "Okafor", "Dr", "ZW1", 0, SAMPLE_NO_CARD, "",
      0, "RA manager; card issued at the founding", 0 },
    { "tom-adeyemi", "900000000025", "Tom", "Adeyemi", "Mr", "ZW1", 120, SAMPLE_GOOD, "metadata",
      10000002, "RA agent", 1 },
    { "priya-nair", "900000000033", "Priya", "Nair", "Ms", "ZW1", 90, SAMPLE_GOOD, "metadata",
      10000003, "sponsor and ID checker: two role profiles", 2 },
    { "hannah-lewis", "900000000041", "Hannah", "Lewis", "Mrs", "ZW1", 200, SAMPLE_GOOD, "standard",
      0, "smartcard administrator", 3 },
    { "george-evans", "900000000058", "George", "Evans", "Mr", "ZW101", 30, SAMPLE_GOOD, "move",
      10000005, "sponsor at the clinic", 4 },
    { "aisha-khan", "900000000066", "Aisha", "Khan", "Dr", "ZW1", 677, SAMPLE_GOOD, "metadata",
      10000006, "due in 52 days", 5 },
    { "ben-carter", "900000000074", "Ben", "Carter", "Mr", "ZW1", 760, SAMPLE_GOOD, "metadata",
      10000007, "expired 30 days ago", 6 },
    { "chloe-martin", "900000000082", "Chloe", "Martin", "Ms", "ZW1", 10, SAMPLE_GOOD, "move",
      10000008, "fresh", 7 },
    { "daniel-osei", "900000000090", "Daniel", "Osei", "Dr", "ZW1", 300, SAMPLE_LOCKED, "metadata",
      10000009, "locked", 8 },
    { "ella-fraser", "900000000108", "Ella", "Fraser", "Ms", "ZW1", 400, SAMPLE_CANCELLED,
      "metadata", 10000010, "cancelled", 9 },
    { "finn-gallagher", "900000000116", "Finn", "Gallagher", "Mr", "ZW1", 689, SAMPLE_GOOD,
      "metadata", 10000011, "due in 40 days; its renewal was interrupted", 10 },
    { "grace-liu", "900000000124", "Grace", "Liu", "Ms", "ZP900", 670, SAMPLE_GOOD, "standard", 0,
      "works at another organisation", 11 },
    { "harry-singh", "900000000132", "Harry", "Singh", "Mr", "ZW101", 0, SAMPLE_BLANK, "metadata",
      10000013, "a blank card, to be issued", 12 },
    { "isla-novak", "900000000140", "Isla", "Novak", "Dr", "ZW1", 654, SAMPLE_GOOD, "standard", 0,
      "due in 75 days, on a card without serial number", 13 },
    { "jack-brown", "900000000157", "Jack", "Brown", "Mr", "ZW1", 765, SAMPLE_GOOD, "standard", 0,
      "expired 35 days ago, on a card without serial number", 14 },
    { "kate-wood", "900000000165", "Kate", "Wood", "Ms", "ZW1", 700, SAMPLE_GOOD, "move", 10000016,
      "due in 30 days, on a card that can move keys", 15 },
    { "liam-ward", "900000000173", "Liam", "Ward", "Mr", "ZW101", 780, SAMPLE_GOOD, "move",
      10000017, "expired 50 days ago, works at the clinic", 16 },
};
const size_t sample_people_count = COUNT(sample_people);

const struct sample_profile sample_profiles[] = {
    { "900000001015", "900000000025", "R5090", "RA Agent", "B0274", "ZW1" },
    { "900000001023", "900000000033", "R5090", "Sponsor", "B1300", "ZW1" },
    { "900000001031", "900000000033", "R5090", "ID Checker", "B0267", "ZW1" },
    { "900000001049", "900000000041", "R5090", "Smartcard Administrator", "X-LSA", "ZW1" },
    { "900000001056", "900000000058", "R5090", "Sponsor", "B1300", "ZW101" },
    { "900000001064", "900000000066", "R8000", "Clinical Practitioner", "B0360", "ZW1" },
    { "900000001072", "900000000074", "R8000", "Clinical Practitioner", "B0360", "ZW1" },
    { "900000001080", "900000000082", "R8001", "Nurse Access Role", "B0370", "ZW1" },
};
const size_t sample_profiles_count = COUNT(sample_profiles);
